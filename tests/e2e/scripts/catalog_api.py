"""spark.catalog over temporary views and the default database."""
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("catalog").getOrCreate()
catalog = spark.catalog


def failure(action):
    try:
        action()
    except AnalysisException as e:
        print(e.getCondition(), e.getSqlState(), sorted((e.getMessageParameters() or {}).items()))


print(catalog.currentCatalog(), catalog.currentDatabase())
print([c.name for c in catalog.listCatalogs()])
print([(d.name, d.catalog, d.description) for d in catalog.listDatabases()])
print(catalog.databaseExists("default"), catalog.databaseExists("nowhere"))
spark.createDataFrame([(1, "a")], "id INT NOT NULL, name STRING").createOrReplaceTempView("Things")
spark.range(3).createGlobalTempView("numbers")
print(catalog.listTables())
print(catalog.listTables("global_temp"))
print(catalog.listTables(pattern="th*"), catalog.listTables(pattern="x*|y"))
print(catalog.tableExists("things"), catalog.tableExists("global_temp.numbers"), catalog.tableExists("nothing"))
print(catalog.getTable("things"))
print(catalog.listColumns("things"))
print(catalog.functionExists("upper"), catalog.functionExists("no_such_function"))
print(catalog.getFunction("upper").name, catalog.getFunction("upper").isTemporary)
failure(lambda: catalog.getTable("nothing"))
failure(lambda: catalog.listColumns("nothing"))
failure(lambda: catalog.listTables("nowhere"))
failure(lambda: catalog.getDatabase("nowhere"))
failure(lambda: catalog.getFunction("no_such_function"))
failure(lambda: catalog.setCurrentDatabase("nowhere"))
catalog.setCurrentDatabase("default")
print(catalog.isCached("things"))
catalog.cacheTable("things")
print(catalog.isCached("things"))
catalog.uncacheTable("things")
print(catalog.isCached("things"))
print(catalog.dropTempView("things"), catalog.dropGlobalTempView("numbers"), catalog.listTables())
spark.stop()
