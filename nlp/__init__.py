"""Text in, results out. Pure: no lake, no Spark, no DuckDB, no Airflow."""
