"""What analysts see: pages over the published marts. Nothing here writes, or reads anything upstream of the marts."""
