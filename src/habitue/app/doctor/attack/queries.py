"""SQL of an analyst that is to reach files, other databases, or the network."""

# {file}: a file that is no part of the copy; {folder}: the folder it lies in.
OUTSIDE = (
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM '{file}'",
    'FROM "{file}"',
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('kept_event')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH 'http://127.0.0.1:1/x.duckdb'",
    "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
)
# What tells of the machine and of the engine itself.
INSIDES = (
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
)
