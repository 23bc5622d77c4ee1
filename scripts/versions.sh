# Versions that set-up installs (Python packages: requirements*.txt), and the SHA-256 of each file that ends up
# in the engine. A changed line makes set-up redo the steps that use it.
PYSPARK_3_5_VERSION=3.5.7
PYSPARK_3_4_VERSION=3.4.1
DUCKDB_VERSION=1.5.5
DUCKDB_NPM_VERSION=1.5.5-r.5
DUCKDB_LIBRARY_SHA256=fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405
DUCKDB_HEADER_SHA256=48e716b9ce96ca8fead9cb35693fdc0343ac0fc1f6e7db5561fa0f44b674153d
NANOARROW_VERSION=0.9.0
NANOARROW_SHA256=1ce15bbed8532839347faa78824c5dbd3769bff60661003e34c6fba5dd881bd3

# What tests put into environments of their own: pure Python, without dependencies.
SAMPLE_PACKAGE=cowsay
SAMPLE_PACKAGE_VERSIONS="6.0 6.1"
