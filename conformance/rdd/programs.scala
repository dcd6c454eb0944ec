package spate.conformance

import java.io.File
import java.nio.file.Files
import org.apache.spark.{BarrierTaskContext, HashPartitioner, SparkConf, SparkContext}
import org.apache.spark.rdd.RDD
import org.apache.spark.storage.StorageLevel

/** The programs of programs_*_test.go, run by Spark: arguments are the file to write and an empty folder. */
object RddPrograms {
  import Golden._

  def main(args: Array[String]): Unit = {
    val sc = new SparkContext(new SparkConf().setMaster("local[2]").setAppName("conformance")
      .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1"))
    sc.setLogLevel("OFF")
    val lines = new Programs(sc, args(1)).all.map { case (name, program) =>
      val result = try answer(program()) catch { case e: Throwable => refusal(e).replace(args(1), "") }
      "{\"name\": " + quote(name) + ", " + result + "}"
    }
    write(args(0), lines)
    sc.stop()
  }
}

class Programs(sc: SparkContext, scratch: String) {
  import Golden._

  private val found = scala.collection.mutable.ArrayBuffer[(String, () => Any)]()
  private def p(name: String)(f: => Any): Unit = found += name -> (() => f)
  def all: Seq[(String, () => Any)] = found.toSeq

  private val ten = 1 to 10
  private val fruit = Seq("fig", "apple", "kiwi", "banana", "cherry", "date", "elderberry")
  private val sales = Seq("a" -> 1, "b" -> 2, "a" -> 3, "c" -> 4, "b" -> 5, "a" -> 6)
  private val other = Seq("a" -> "x", "a" -> "y", "b" -> "z", "d" -> "w")
  private val lines = Seq("to be or not to be", "that is the question", "", "to sleep perchance to dream")
  private val points = Seq(1.0, 2.5, 4.0, -3.0, 7.5, 0.0, 2.5)
  private def nums(n: Int): RDD[Int] = sc.parallelize(ten, n)
  private def pairs(n: Int): RDD[(String, Int)] = sc.parallelize(sales, n)
  private def others(n: Int): RDD[(String, String)] = sc.parallelize(other, n)
  private def doubles: RDD[Double] = sc.parallelize(points, 3)
  private def hundred: RDD[Int] = sc.parallelize((0 until 100).map(i => i * 37 % 100), 2)
  private def dir(name: String): String = scratch + "/" + name
  private def plain(debug: String): String = debug.linesIterator
    .map(_.replaceAll(" at .*", "").replaceAll("\\[\\d+\\]", "[]")).mkString("|")

  // creation
  p("parallelize")(nums(3))
  p("parallelize more partitions than elements")(sc.parallelize(Seq(1, 2), 5))
  p("parallelize strings")(sc.parallelize(fruit, 4))
  p("parallelize nothing")(sc.parallelize(Seq[Int](), 2))
  p("parallelize no partitions")(sc.parallelize(ten, 0))
  p("range")(sc.range(0, 10, 3, 4))
  p("range down")(sc.range(10, -5, -4, 3))
  p("range empty")(sc.range(5, 5, 1, 2))
  p("range at the end of int64")(sc.range(Long.MaxValue - 5, Long.MaxValue, 2, 2))
  p("range many partitions")(sc.range(-7, 8, 1, 6))
  p("range step 0")(sc.range(0, 5, 0, 2))
  p("empty")(sc.emptyRDD[Int])

  // elements
  p("map")(nums(3).map(_ * 2))
  p("filter")(nums(3).filter(_ % 3 == 0))
  p("flatMap")(sc.parallelize(lines, 2).flatMap(_.split(" ").filter(_.nonEmpty)))
  p("mapPartitions")(nums(4).mapPartitions(it => Iterator(it.sum)))
  p("mapPartitions of empty ones")(sc.parallelize(Seq(1), 3).mapPartitions(it => Iterator(it.size)))
  p("mapPartitionsWithIndex")(nums(3).mapPartitionsWithIndex((i, it) => it.map(x => (i, x))))
  p("glom")(nums(3).glom())
  p("keyBy")(sc.parallelize(fruit, 2).keyBy(_.length))
  p("union")(nums(2).union(sc.parallelize(Seq(1, 2), 1)))
  p("union of three")(sc.union(nums(1), sc.emptyRDD[Int], nums(2)))
  p("intersection")(sc.parallelize(Seq(1, 2, 2, 3, 4), 2).intersection(sc.parallelize(Seq(2, 2, 4, 5), 3), 3))
  p("subtract")(sc.parallelize(Seq(1, 1, 2, 3, 3), 2).subtract(sc.parallelize(Seq(2, 9), 3)))
  p("subtract into 4")(nums(2).subtract(sc.parallelize(Seq(2, 9), 3), 4))
  p("distinct")(sc.parallelize(Seq(3, 1, 3, 2, 1), 2).distinct())
  p("distinct into 4")(sc.parallelize(fruit ++ fruit, 3).distinct(4))
  p("cartesian")(sc.parallelize(Seq(1, 2, 3), 2).cartesian(sc.parallelize(Seq("a", "b"), 2)))
  p("zip")(nums(3).zip(nums(3).map(_ * 10)))
  p("zip of unequal partitions")(nums(3).zip(nums(2)))
  p("zip of unequal sizes")(nums(2).zip(sc.parallelize(1 to 9, 2)))
  p("zipPartitions")(nums(3).zipPartitions(sc.parallelize(fruit, 3))((a, b) => Iterator((a.sum, b.mkString("+")))))
  p("zipWithIndex")(sc.parallelize(fruit, 3).zipWithIndex())
  p("zipWithUniqueId")(sc.parallelize(fruit, 3).zipWithUniqueId())
  p("groupBy")(nums(3).groupBy(_ % 3))
  p("sortBy")(sc.parallelize(fruit, 2).sortBy(_.length))
  p("sortBy descending")(nums(3).sortBy(x => x, false, 2))
  p("sortBy into more partitions")(sc.parallelize(Seq(5, 3, 1, 4, 2), 2).sortBy(x => x, true, 4))
  p("coalesce 5 to 2")(nums(5).coalesce(2))
  p("coalesce 10 to 3")(nums(10).coalesce(3))
  p("coalesce to more")(nums(3).coalesce(7))
  p("coalesce to 0")(nums(3).coalesce(0))
  p("repartition to more")(nums(2).repartition(5))
  p("repartition to less")(nums(5).repartition(2))
  p("repartition to 1")(nums(3).repartition(1))
  p("coalesce with shuffle")(nums(4).coalesce(3, shuffle = true))

  // chance
  p("sample")(sc.parallelize(1 to 100, 3).sample(false, 0.1, 42))
  p("sample much")(sc.parallelize(1 to 100, 3).sample(false, 0.7, 7))
  p("sample all")(nums(3).sample(false, 1.0, 7))
  p("sample negative")(nums(3).sample(false, -0.1, 7))
  p("sample with replacement")(sc.parallelize(1 to 100, 3).sample(true, 0.3, 42))
  p("randomSplit first")(sc.parallelize(1 to 60, 3).randomSplit(Array(0.6, 0.3, 0.1), 11)(0))
  p("randomSplit second")(sc.parallelize(1 to 60, 3).randomSplit(Array(0.6, 0.3, 0.1), 11)(1))
  p("randomSplit third")(sc.parallelize(1 to 60, 3).randomSplit(Array(0.6, 0.3, 0.1), 11)(2))
  p("takeSample")(sc.parallelize(1 to 100, 3).takeSample(false, 5, 3))
  p("takeSample negative")(nums(3).takeSample(false, -1, 3))
  p("takeSample size of all")(nums(3).takeSample(false, 50, 3).length)
  p("sampleByKey")(sc.parallelize(1 to 60, 2).map(x => (x % 2, x)).sampleByKey(false, Map(0 -> 0.2, 1 -> 0.6), 5))
  p("sampleByKeyExact sizes")(sc.parallelize(1 to 60, 2).map(x => (x % 3, x)).sampleByKeyExact(false, Map(0 -> 0.25, 1 -> 0.5, 2 -> 1.0), 5).countByKey())

  // placement
  private def placed[K: scala.reflect.ClassTag](n: Int, keys: K*): RDD[K] =
    sc.parallelize(keys, 1).map(k => (k, 0)).partitionBy(new HashPartitioner(n)).keys
  p("hash of strings")(placed(5, fruit ++ Seq("", "é", "日本", "a" * 40): _*))
  p("hash of ints")(placed(4, 0, 1, 2, 3, 4, 5, -1, -2, -7, Int.MaxValue, Int.MinValue))
  p("hash of longs")(placed(7, 0L, 1L, -1L, -2L, 1L << 32, (1L << 32) + 3, Long.MaxValue, Long.MinValue))
  p("hash of doubles")(placed(7, 0.0, 1.0, -1.0, 0.5, 1e10, 1.5e300, Double.MaxValue, Double.PositiveInfinity))
  p("hash of floats")(placed(5, 0.0f, 1.0f, -1.0f, 0.5f, 1e10f))
  p("hash of booleans")(placed(4, true, false))
  p("hash of (string, int)")(placed(6, fruit.zipWithIndex: _*))
  p("hash of (int, int)")(placed(6, (for (i <- -2 to 2; j <- 0 to 2) yield (i, j)): _*))
  p("hash of (long, string)")(placed(6, (1L, "a"), (-1L, "b"), (1L << 40, "c"), (7L, "")))
  p("hash of (double, boolean)")(placed(6, (1.0, true), (0.5, false), (-2.0, true), (1e300, false)))
  p("hash of three")(placed(6, (1, "a", 2L), (2, "b", -3L), (-3, "c", 1L << 35)))
  p("hash of pairs in pairs")(placed(6, ((1, 2), "a"), ((3, -4), "b"), ((0, 0), "")))

  // pairs
  p("reduceByKey")(pairs(3).reduceByKey(_ + _))
  p("reduceByKey into 2")(pairs(3).reduceByKey(_ + _, 2))
  p("word count")(sc.parallelize(lines, 2).flatMap(_.split(" ").filter(_.nonEmpty)).map((_, 1)).reduceByKey(_ + _, 4))
  p("groupByKey")(pairs(3).groupByKey(2))
  p("aggregateByKey")(pairs(3).aggregateByKey((0, 0), 2)((z, v) => (z._1 + v, z._2 + 1), (a, b) => (a._1 + b._1, a._2 + b._2)))
  p("aggregateByKey with a zero that counts")(pairs(3).aggregateByKey(100, 2)(_ + _, _ + _))
  p("foldByKey")(pairs(2).foldByKey(0, 3)(_ + _))
  p("combineByKey")(pairs(3).combineByKey((v: Int) => (v, 1), (c: (Int, Int), v: Int) => (c._1 + v, c._2 + 1), (a: (Int, Int), b: (Int, Int)) => (a._1 + b._1, a._2 + b._2)).mapValues(c => c._1.toDouble / c._2))
  p("mapValues")(pairs(3).mapValues(_ * 10))
  p("flatMapValues")(pairs(2).flatMapValues(1 to _))
  p("keys")(pairs(2).keys)
  p("values")(pairs(2).values)
  p("join")(pairs(3).join(others(2)))
  p("join into 4")(pairs(3).join(others(2), 4))
  p("leftOuterJoin")(pairs(3).leftOuterJoin(others(2)))
  p("rightOuterJoin")(pairs(3).rightOuterJoin(others(2)))
  p("fullOuterJoin")(pairs(3).fullOuterJoin(others(2)))
  p("cogroup")(pairs(3).cogroup(others(2)))
  p("cogroup of three")(pairs(3).cogroup(others(2), pairs(1).mapValues(-_)))
  p("cogroup of four")(pairs(3).cogroup(others(2), pairs(1).mapValues(-_), others(1)))
  p("subtractByKey")(pairs(3).subtractByKey(others(2)))
  p("partitions of a join")(pairs(3).join(others(5)).getNumPartitions)
  p("partitions of a join with a placed one")(pairs(3).partitionBy(new HashPartitioner(4)).join(others(5)).getNumPartitions)
  p("partitions of a join with a small placed one")(pairs(3).partitionBy(new HashPartitioner(2)).join(others(30)).getNumPartitions)
  p("partitions of reduceByKey of a placed one")(pairs(3).partitionBy(new HashPartitioner(4)).reduceByKey(_ + _).getNumPartitions)
  p("filter keeps the partitioner")(pairs(3).reduceByKey(_ + _).filter(_._2 > 4).partitioner.isDefined)
  p("mapValues keeps the partitioner")(pairs(3).reduceByKey(_ + _).mapValues(_ + 1).partitioner.isDefined)
  p("map drops the partitioner")(pairs(3).reduceByKey(_ + _).map(x => x).partitioner.isDefined)
  p("union of equally placed")(pairs(3).reduceByKey(_ + _, 4).union(pairs(2).reduceByKey(_ + _, 4)))
  p("union of differently placed")(pairs(3).reduceByKey(_ + _, 2).union(pairs(2).reduceByKey(_ + _, 3)).getNumPartitions)
  p("lookup")(pairs(3).lookup("a").toArray)
  p("lookup of a placed one")(pairs(3).partitionBy(new HashPartitioner(2)).lookup("b").toArray)
  p("collectAsMap")(sc.parallelize(Seq("a" -> 1, "b" -> 2, "a" -> 3), 2).collectAsMap())
  p("countByKey")(pairs(3).countByKey())
  p("reduceByKeyLocally")(pairs(3).reduceByKeyLocally(_ + _))
  p("sortByKey")(pairs(3).sortByKey())
  p("sortByKey descending")(pairs(3).sortByKey(false, 2))
  p("sortByKey of few keys")(sc.parallelize(Seq(1, 1, 1, 2).map((_, 0)), 2).sortByKey(true, 4).glom().map(_.length))
  p("sortByKey of 100 in 4")(hundred.map((_, 0)).sortByKey(true, 4).keys)
  p("sortByKey of 100 in 7 descending")(hundred.map((_, 0)).sortByKey(false, 7).keys)
  p("sortByKey of strings")(sc.parallelize(fruit ++ Seq("Zebra", "élan", "a"), 3).map((_, 0)).sortByKey(true, 3).keys)
  p("sortByKey of doubles")(doubles.map((_, 0)).sortByKey().keys)
  p("filterByRange")(hundred.map(x => (x, x)).sortByKey(true, 5).filterByRange(38, 61).keys)
  p("filterByRange unsorted")(hundred.map(x => (x, x)).filterByRange(38, 45).keys)
  p("repartitionAndSortWithinPartitions")(hundred.map((_, 0)).repartitionAndSortWithinPartitions(new HashPartitioner(3)).keys)

  // actions
  p("count")(nums(3).count())
  p("reduce")(nums(3).reduce(_ * 2 / 2 + _))
  p("reduce nothing")(sc.emptyRDD[Int].reduce(_ + _))
  p("fold with a zero that counts")(nums(3).fold(1)(_ + _))
  p("fold nothing")(sc.emptyRDD[Int].fold(7)(_ + _))
  p("aggregate")(nums(3).aggregate((0, 0))((z, x) => (z._1 + x, z._2 + 1), (a, b) => (a._1 + b._1, a._2 + b._2)))
  p("treeReduce")(nums(8).treeReduce(_ + _, 3))
  p("treeAggregate")(nums(9).treeAggregate(0)((z, x) => z + x, (a, b) => a + b, 2))
  p("first")(nums(3).first())
  p("first of nothing")(sc.emptyRDD[Int].first())
  p("take")(sc.parallelize(Seq[Int](), 2).union(nums(7)).take(4))
  p("take more than there is")(nums(3).take(50))
  p("take 0")(nums(3).take(0))
  p("takeOrdered")(hundred.takeOrdered(5))
  p("top")(hundred.top(5))
  p("top of strings by length")(sc.parallelize(fruit, 3).top(1)(Ordering.by((s: String) => s.length)))
  p("max")(doubles.max())
  p("min")(doubles.min())
  p("max of nothing")(sc.emptyRDD[Int].max())
  p("sum")(doubles.sum())
  p("mean")(doubles.mean())
  p("variance")(doubles.variance())
  p("sampleVariance")(doubles.sampleVariance())
  p("stdev of one")(sc.parallelize(Seq(5.0), 1).stdev())
  p("sampleStdev of one")(sc.parallelize(Seq(5.0), 1).sampleStdev())
  p("variance of nothing")(sc.parallelize(Seq[Double](), 2).variance())
  p("stats")(sc.parallelize(Seq(1.0, 2.0, 3.0, 4.0), 2).stats().toString)
  p("stats of nothing")(sc.parallelize(Seq[Double](), 2).stats().toString)
  p("histogram")(doubles.histogram(3))
  p("histogram of equal numbers")(sc.parallelize(Seq(2.0, 2.0), 2).histogram(4))
  p("histogram of nothing")(sc.parallelize(Seq[Double](), 2).histogram(4))
  p("histogram with NaN")(sc.parallelize(Seq(1.0, Double.NaN), 2).histogram(4))
  p("histogram of edges")(doubles.histogram(Array(-3.0, 0.0, 2.5, 7.5)))
  p("histogram of unsorted edges")(doubles.histogram(Array(0.0, -3.0)))
  p("countByValue")(sc.parallelize(Seq("a", "b", "a"), 2).countByValue())
  p("countApprox")(nums(3).countApprox(60000).getFinalValue().toString)
  p("sumApprox")(doubles.sumApprox(60000).getFinalValue().mean)
  p("meanApprox")(doubles.meanApprox(60000).getFinalValue().mean)
  p("countApproxDistinct few")(sc.parallelize(Seq(1, 2, 2, 3, 3, 3), 2).countApproxDistinct(0.05))
  p("countApproxDistinct many")(sc.parallelize(0 until 5000, 3).map(x => (x * 31L) % 1000).countApproxDistinct(0.05))
  p("countApproxDistinctByKey")(sc.parallelize(0 until 100, 2).map(x => (x % 2, x % 20)).countApproxDistinctByKey(0.05, 2))
  p("isEmpty")(sc.parallelize(Seq[Int](), 4).isEmpty())
  p("isEmpty of filtered")(nums(5).filter(_ > 9).isEmpty())
  p("toLocalIterator")(nums(3).toLocalIterator.toArray)
  p("accumulators")({
    val sum = sc.longAccumulator("sum"); val seen = sc.collectionAccumulator[Int]("seen")
    nums(3).foreach { x => sum.add(x); if (x % 5 == 0) seen.add(x) }
    (sum.sum, sum.count, sum.avg, seen.value.toArray.map(_.toString).sorted)
  })
  p("broadcast join")({
    val names = sc.broadcast(Map("a" -> "ant", "b" -> "bee"))
    pairs(3).map { case (k, v) => (names.value.getOrElse(k, "?"), v) }
  })

  // processes and files
  p("pipe")(sc.parallelize(Seq("b", "a", "c"), 2).pipe("sort -r"))
  p("pipe of pairs")(pairs(2).pipe(Seq("awk", "-F,", "{ print $2 $1 }")))
  p("pipe of empty partitions")(sc.parallelize(Seq("x"), 3).pipe("wc -l").map(_.trim))
  p("pipe with environment")(sc.parallelize(Seq("x"), 1).pipe(Seq("sh", "-c", "cat; echo $WHO"), Map("WHO" -> "me")))
  p("pipe that fails")(nums(2).pipe("false"))
  p("pipe to what is not there")(nums(2).pipe("no-such-command"))
  p("textFile")(sc.textFile(file(dir("in1"), "a.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven"), 3))
  p("textFile of line ends")(sc.textFile(file(dir("in2"), "a.txt", "one\r\ntwo\n\nfour\n"), 1))
  p("textFile of a folder")({
    file(dir("in3"), "b.txt", "b1\nb2\n"); file(dir("in3"), "a.txt", "a1\n"); file(dir("in3"), "_hidden", "x\n"); file(dir("in3"), ".dot", "x\n")
    sc.textFile(dir("in3"), 2).collect().sorted
  })
  p("textFile of a pattern")({ file(dir("in4"), "x1", "1\n"); file(dir("in4"), "x2", "2\n"); file(dir("in4"), "y3", "3\n"); sc.textFile(dir("in4") + "/x*", 1) })
  p("textFile of bytes that are no text")({
    new File(dir("in5")).mkdirs(); Files.write(new File(dir("in5"), "a").toPath, Array('a'.toByte, 0xff.toByte, 'b'.toByte, '\n'.toByte, 0xe6.toByte, 0x97.toByte))
    sc.textFile(dir("in5"), 1)
  })
  p("textFile of larger lines in 4")({
    sc.textFile(file(dir("in6"), "a", (1 to 40).map(i => "x" * (i * 7 % 23) + i).mkString("\n")), 4)
  })
  p("textFile missing")(sc.textFile(dir("nowhere"), 1))
  p("wholeTextFiles")({ file(dir("in7"), "a", "1\n2"); file(dir("in7"), "b", ""); sc.wholeTextFiles(dir("in7"), 1).map(x => (new File(x._1).getName, x._2.length)) })
  p("binaryRecords")(sc.binaryRecords(new File(file(dir("in8"), "a", "abcdefghi")).getParent, 3).map(new String(_)))
  p("binaryRecords of another length")(sc.binaryRecords(new File(file(dir("in9"), "a", "abcdefgh")).getParent, 3).map(new String(_)))
  private def saved(name: String): String = new File(dir(name)).listFiles().filter(f => !f.getName.endsWith(".crc")).sortBy(_.getName)
    .map(f => f.getName + ":" + new String(Files.readAllBytes(f.toPath)).replace("\n", "/")).mkString(" ")
  p("saveAsTextFile")({ pairs(3).saveAsTextFile(dir("out1")); saved("out1") })
  p("saveAsTextFile of doubles")({ sc.parallelize(Seq(1.0, 0.5, 1e7, 1e-3, 1.5e-5, 123456789.0, Double.NaN, Double.NegativeInfinity), 1).saveAsTextFile(dir("out2")); saved("out2") })
  p("saveAsTextFile of nothing")({ sc.parallelize(Seq[Int](), 2).saveAsTextFile(dir("out3")); saved("out3") })
  p("saveAsTextFile twice")({ nums(1).saveAsTextFile(dir("out4")); nums(1).saveAsTextFile(dir("out4")); 0 })
  p("objectFile")({ pairs(3).saveAsObjectFile(dir("out5")); sc.objectFile[(String, Int)](dir("out5"), 1).map(x => (x._1, x._2 + 1)).sortByKey(true, 1).values.sum() })

  // lineage and levels
  p("debug string of a map")(plain(nums(3).map(_ + 1).toDebugString))
  p("debug string of a shuffle")(plain(sc.parallelize(lines, 2).flatMap(_.split(" ")).map((_, 1)).reduceByKey(_ + _, 4).toDebugString))
  p("debug string of a join")(plain(pairs(3).join(others(2)).toDebugString))
  p("debug string of a union")(plain(nums(2).union(nums(3)).toDebugString))
  p("storage levels")(Array(StorageLevel.NONE, StorageLevel.DISK_ONLY, StorageLevel.DISK_ONLY_2, StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_ONLY_SER,
    StorageLevel.MEMORY_AND_DISK, StorageLevel.MEMORY_AND_DISK_SER_2, StorageLevel.OFF_HEAP).map(_.description))
  p("persisted twice alike")(nums(2).persist(StorageLevel.MEMORY_ONLY).persist(StorageLevel.MEMORY_ONLY).count())
  p("persisted twice differently")(nums(2).persist(StorageLevel.MEMORY_ONLY).persist(StorageLevel.DISK_ONLY).count())

  // edges of what is above
  p("sum of nothing")(sc.parallelize(Seq[Double](), 2).sum())
  p("mean of nothing")(sc.parallelize(Seq[Double](), 2).mean())
  p("stdev")(sc.parallelize(Seq(1.0, 2.0, 3.0, 4.0), 2).stdev())
  p("sampleStdev")(sc.parallelize(Seq(1.0, 2.0, 3.0, 4.0), 2).sampleStdev())
  p("aggregate nothing")(sc.emptyRDD[Int].aggregate(5)(_ + _, _ + _))
  p("treeAggregate nothing")(sc.emptyRDD[Int].treeAggregate(5)(_ + _, _ + _, 2))
  p("treeReduce nothing")(sc.emptyRDD[Int].treeReduce(_ + _, 2))
  p("treeReduce of depth 0")(nums(3).treeReduce(_ + _, 0))
  p("take a negative number")(nums(3).take(-1))
  p("takeOrdered 0")(nums(3).takeOrdered(0))
  p("takeOrdered more than there is")(sc.parallelize(Seq(3, 1, 2), 2).takeOrdered(9))
  p("top more than there is")(sc.parallelize(Seq(3, 1, 2), 2).top(9))
  p("takeSample with replacement size")(nums(3).takeSample(true, 50, 3).length)
  p("randomSplit negative")(nums(3).randomSplit(Array(-1.0, 2.0), 1)(0))
  p("sampleByKey negative")(pairs(2).sampleByKey(false, Map("a" -> -0.5, "b" -> 1.0, "c" -> 1.0), 5))
  p("sampleByKey of an unknown key")(pairs(2).sampleByKey(false, Map("a" -> 1.0), 5))
  p("sampleByKeyExact with replacement sizes")(sc.parallelize(1 to 60, 2).map(x => (x % 3, x)).sampleByKeyExact(true, Map(0 -> 0.25, 1 -> 0.5, 2 -> 1.0), 5).countByKey())
  p("lookup of no such key")(pairs(3).lookup("zz").toArray)
  p("countByValue of numbers")(nums(3).map(_ % 3).countByValue())
  p("groupBy into 2")(nums(3).groupBy((x: Int) => x % 4, 2))
  p("foldByKey with a zero that counts")(pairs(3).foldByKey(10, 2)(_ + _))
  p("subtractByKey into 4")(pairs(3).subtractByKey(others(2), 4))
  p("zipPartitions of unequal partitions")(nums(3).zipPartitions(nums(2))((a, b) => a ++ b))
  p("filterByRange of descending")(hundred.map(x => (x, x)).sortByKey(false, 5).filterByRange(38, 61).keys)
  p("foreachPartition")({ val n = sc.longAccumulator("n"); sc.parallelize(Seq(1), 3).foreachPartition(it => n.add(10 + it.size)); n.sum })
  p("countAsync")(nums(3).countAsync().get())
  p("barrier")(nums(2).barrier().mapPartitions { it =>
    val task = BarrierTaskContext.get()
    task.barrier()
    Iterator(it.sum, task.allGather((10 * task.partitionId()).toString).map(_.toInt).sum)
  })
  p("checkpoint without a directory")({ val r = nums(3).map(_ * 2); r.checkpoint(); r.count() })
  p("checkpoint")({ sc.setCheckpointDir(dir("checkpoints")); val r = nums(3).map(_ * 2); r.checkpoint(); r.count(); (r.isCheckpointed, r.collect()) })
  p("localCheckpoint")({ val r = nums(3).map(_ * 3).localCheckpoint(); r.count(); (r.isCheckpointed, r.collect()) })
  p("binaryFiles")({ file(dir("in10"), "a", "1\n2"); file(dir("in10"), "b", ""); sc.binaryFiles(dir("in10"), 1).map(x => (new File(x._1).getName, x._2.toArray().length)).collect().sorted })
  p("saveAsTextFile with gzip")({ pairs(2).saveAsTextFile(dir("out6"), classOf[org.apache.hadoop.io.compress.GzipCodec]); sc.textFile(dir("out6")).collect().sorted })
  p("debug string of a join of a placed one")(plain(pairs(3).partitionBy(new HashPartitioner(2)).join(others(2)).toDebugString))
  p("debug string of what is sorted")(plain(pairs(3).sortByKey(true, 2).keys.toDebugString))

  // whole programs
  p("page rank")({
    val links = sc.parallelize(Seq("a" -> "b", "a" -> "c", "b" -> "c", "c" -> "a", "d" -> "c"), 2).distinct().groupByKey().cache()
    var ranks = links.mapValues(_ => 1.0)
    for (_ <- 1 to 8) {
      val contribs = links.join(ranks).values.flatMap { case (urls, rank) => urls.map(url => (url, rank / urls.size)) }
      ranks = contribs.reduceByKey(_ + _).mapValues(0.15 + 0.85 * _)
    }
    ranks.mapValues(r => math.round(r * 1e6)).sortByKey(true, 1)
  })
  p("inverted index")(sc.parallelize(lines, 2).zipWithIndex().flatMap { case (l, i) => l.split(" ").filter(_.nonEmpty).map((_, i)) }.distinct(2).groupByKey(2).sortByKey(true, 1))
  p("most frequent words")(sc.parallelize(lines, 2).flatMap(_.split(" ").filter(_.nonEmpty)).map((_, 1)).reduceByKey(_ + _).map(_.swap).top(3))
  p("secondary sort")(pairs(3).map { case (k, v) => ((k, v), 0) }.sortByKey(true, 2).keys)
  p("mean by key")(pairs(3).mapValues(v => (v, 1)).reduceByKey((a, b) => (a._1 + b._1, a._2 + b._2)).mapValues(s => s._1.toDouble / s._2).collectAsMap())
}
