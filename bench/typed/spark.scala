// The programs of the lanes of RDDs on Apache Spark, warm: each twice, the
// second time counts. Run by bench in spark-shell; prints a line each: name,
// seconds, result.
import scala.util.Try

val dir = sys.env("SPATE_BENCH_DIR")

def mix(i: Long): Long = {
  var z = i * 0x9E3779B97F4A7C15L
  z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L
  z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL
  z ^ (z >>> 31)
}

def wordCount(): String =
  sc.textFile(dir + "/text", 4).flatMap(_.split(" ")).filter(_.nonEmpty).map((_, 1L)).reduceByKey(_ + _)
    .top(5)(Ordering.by[(String, Long), (Long, String)](p => (p._2, p._1))).mkString(" ")

def sortByKey(): String = {
  val sorted = sc.range(0L, 10000000L, 1L, 2).map(i => (mix(i), i)).sortByKey()
  val ends = sorted.mapPartitions { rows =>
    if (rows.isEmpty) Iterator.empty
    else {
      val first = rows.next()._1
      var last = first
      var n = 1L
      rows.foreach { p => require(p._1 >= last); last = p._1; n += 1 }
      Iterator((first, last, n))
    }
  }.collect()
  s"${ends.head._1} ${ends.last._2} ${ends.map(_._3).sum}"
}

def lane(name: String)(run: => String): Unit = {
  run
  val start = System.nanoTime()
  val out = run
  println(s"LANE\t$name\t${(System.nanoTime() - start) / 1e9}\t$out")
}

lane("rdd-wordcount")(wordCount())
lane("rdd-sort")(sortByKey())
System.exit(0)
