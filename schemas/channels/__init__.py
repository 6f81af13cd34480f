"""One raw contract a channel (YAML); `schemas.contracts` loads them."""
