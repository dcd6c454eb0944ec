// The programs of the lanes of RDDs and DStreams on Apache Spark. Those of RDDs
// run twice, the second time counts; those of DStreams are long enough to get
// warm, or do not count their first batches. Run by bench in spark-shell; prints
// a line each: name, seconds, result.
import java.util.concurrent.ConcurrentHashMap
import scala.collection.mutable
import org.apache.spark.rdd.RDD
import org.apache.spark.storage.StorageLevel
import org.apache.spark.streaming._
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.scheduler._

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

// What jobs leave for the program: closures of the shell are copied, so nothing
// they name may hold it.
def left: ConcurrentHashMap[String, java.lang.Long] =
  System.getProperties.get("left").asInstanceOf[ConcurrentHashMap[String, java.lang.Long]]

def waitFor(done: => Boolean): Unit = while (!done) Thread.sleep(10)

// networkWordCount and networkGrep take one pass over the text.
def networkWordCount(): (Double, String) = {
  System.getProperties.put("left", new ConcurrentHashMap[String, java.lang.Long]())
  val words = sc.textFile(dir + "/text/part-0.txt", 4).flatMap(_.split(" ")).filter(_.nonEmpty).count()
  val ssc = new StreamingContext(sc, Seconds(1))
  ssc.socketTextStream("127.0.0.1", sender("lines"), StorageLevel.MEMORY_ONLY)
    .flatMap(_.split(" ")).filter(_.nonEmpty).map((_, 1L)).reduceByKey(_ + _)
    .foreachRDD { rdd =>
      val all = System.getProperties.get("left").asInstanceOf[ConcurrentHashMap[String, java.lang.Long]]
      rdd.collect().foreach { case (w, n) =>
        all.merge(w, n, (a: java.lang.Long, b: java.lang.Long) => a + b)
        all.merge("", n, (a: java.lang.Long, b: java.lang.Long) => a + b)
      }
    }
  val start = System.nanoTime()
  ssc.start()
  waitFor(left.getOrDefault("", 0L) == words)
  val took = (System.nanoTime() - start) / 1e9
  ssc.stop(false, false)
  left.remove("")
  val top = left.entrySet.toArray(Array[java.util.Map.Entry[String, java.lang.Long]]())
    .map(e => (e.getValue.longValue, e.getKey)).sorted.reverse.take(5).map(p => (p._2, p._1))
  (took, top.mkString(" "))
}

// sender starts a process that sends the text, and returns its port.
def sender(form: String): Int = {
  val p = new ProcessBuilder(sys.env("SPATE_BENCH_SENDER"), "-feed", form, "-passes", "1", "-dir", dir).start()
  new java.util.Scanner(p.getInputStream).nextInt()
}

// rawSender serves the text as blocks of serialized objects, in this process.
def rawSender(lines: Array[String]): Int = {
  val server = new java.net.ServerSocket(0)
  val instance = org.apache.spark.SparkEnv.get.serializer.newInstance()
  val blocks = lines.grouped(16 << 10).map { part =>
    val bytes = new java.io.ByteArrayOutputStream()
    val out = instance.serializeStream(bytes)
    out.writeAll(part.iterator)
    out.close()
    bytes.toByteArray
  }.toArray
  val serve = new Thread(() => {
    val out = new java.io.DataOutputStream(new java.io.BufferedOutputStream(server.accept().getOutputStream, 1 << 16))
    blocks.foreach { b => out.writeInt(b.length); out.write(b) }
    out.flush()
    Thread.sleep(600000)
  })
  serve.setDaemon(true)
  serve.start()
  server.getLocalPort
}

def networkGrep(): (Double, String) = {
  System.getProperties.put("left", new ConcurrentHashMap[String, java.lang.Long]())
  val lines = scala.io.Source.fromFile(dir + "/text/part-0.txt").getLines().toArray
  val ssc = new StreamingContext(sc, Seconds(1))
  ssc.rawSocketStream[String]("127.0.0.1", rawSender(lines), StorageLevel.MEMORY_ONLY_SER)
    .foreachRDD { rdd =>
      val (n, found) = rdd.aggregate((0L, 0L))((s, line) => (s._1 + 1, if (line.contains("zrk")) s._2 + 1 else s._2),
        (a, b) => (a._1 + b._1, a._2 + b._2))
      val all = System.getProperties.get("left").asInstanceOf[ConcurrentHashMap[String, java.lang.Long]]
      all.merge("found", found, (a: java.lang.Long, b: java.lang.Long) => a + b)
      all.merge("", n, (a: java.lang.Long, b: java.lang.Long) => a + b)
    }
  val start = System.nanoTime()
  ssc.start()
  waitFor(left.getOrDefault("", 0L) == lines.length)
  val took = (System.nanoTime() - start) / 1e9
  ssc.stop(false, false)
  (took, left.get("found").toString)
}

// As in bench/typed/batches.go.
val batches = 40
val batchRows = 1 << 16
val keys = 1 << 20

def tally(d: DStream[Long]): Unit = d.foreachRDD { rdd =>
  val (n, sum) = rdd.aggregate((0L, 0L))((t, v) => (t._1 + 1, t._2 + v), (a, b) => (a._1 + b._1, a._2 + b._2))
  val all = System.getProperties.get("left").asInstanceOf[ConcurrentHashMap[String, java.lang.Long]]
  val i = all.merge("batches", 1L, (a: java.lang.Long, b: java.lang.Long) => a + b)
  all.put("n" + i, n)
  all.put("sum" + i, sum)
}

def inBatches[T: scala.reflect.ClassTag](warm: Int, batch: Int => RDD[T])(define: DStream[T] => Unit): (Double, String) = {
  System.getProperties.put("left", new ConcurrentHashMap[String, java.lang.Long]())
  val ssc = new StreamingContext(sc, Milliseconds(100))
  ssc.checkpoint(java.nio.file.Files.createTempDirectory("spark-bench").toString)
  define(ssc.queueStream(mutable.Queue((0 until batches).map(batch): _*), true, sc.parallelize(Seq[T](), 1)))
  val delays = new java.util.concurrent.ConcurrentLinkedQueue[java.lang.Long]()
  ssc.addStreamingListener(new StreamingListener {
    override def onBatchCompleted(b: StreamingListenerBatchCompleted): Unit = delays.add(b.batchInfo.processingDelay.get)
  })
  ssc.start()
  waitFor(delays.size >= batches)
  ssc.stop(false, false)
  val took = delays.toArray(Array[java.lang.Long]()).take(batches).drop(warm).map(_.longValue).sum / 1e3 / (batches - warm)
  (took, s"${left.get("n" + batches)} ${left.get("sum" + batches)}")
}

def keyBatch(i: Int): RDD[(Long, Long)] =
  sc.parallelize((0 until batchRows).map(k => (mix(i.toLong * batchRows + k) & (keys - 1), 1L)), 2)

def everyKey(): RDD[(Long, Long)] = sc.range(0L, keys.toLong, 1L, 2).map((_, 0L))

def updateState(): (Double, String) = inBatches(10, keyBatch) { in =>
  val f = (values: Seq[Long], s: Option[Long]) => Some(s.getOrElse(0L) + values.sum): Option[Long]
  val sums = in.updateStateByKey(f, new org.apache.spark.HashPartitioner(2), everyKey())
  sums.checkpoint(Seconds(1))
  tally(sums.map(_._2))
}

def mapState(): (Double, String) = inBatches(10, keyBatch) { in =>
  val f = (_: Long, v: Option[Long], s: State[Long]) => {
    val sum = s.getOption().getOrElse(0L) + v.getOrElse(0L)
    s.update(sum)
    sum
  }
  val sums = in.mapWithState(StateSpec.function(f).initialState(everyKey()).numPartitions(2))
  sums.checkpoint(Seconds(1))
  tally(sums)
}

def windowedWordCount(): (Double, String) = {
  val lines = scala.io.Source.fromFile(dir + "/text/part-0.txt").getLines().toArray
  inBatches(32, i => sc.parallelize(lines.slice(i * batchRows, (i + 1) * batchRows).toSeq, 2)) { in =>
    val counts = in.flatMap(_.split(" ")).filter(_.nonEmpty).map((_, 1L)).reduceByKeyAndWindow(_ + _, _ - _, Seconds(3), Milliseconds(100), 2)
    counts.checkpoint(Seconds(1))
    tally(counts.map(_._2))
  }
}

def streamed(name: String)(run: => (Double, String)): Unit = {
  val (took, out) = run
  println(s"LANE\t$name\t$took\t$out")
}

val chosen = sys.env("SPATE_BENCH_LANES").split(",")
def wanted(name: String): Boolean = chosen.exists(c => name.startsWith(c))

if (wanted("rdd-wordcount")) lane("rdd-wordcount")(wordCount())
if (wanted("rdd-sort")) lane("rdd-sort")(sortByKey())
if (wanted("dstream-wordcount")) streamed("dstream-wordcount")(networkWordCount())
if (wanted("dstream-grep")) streamed("dstream-grep")(networkGrep())
if (wanted("dstream-window")) streamed("dstream-window")(windowedWordCount())
if (wanted("dstream-update")) streamed("dstream-update")(updateState())
if (wanted("dstream-mapstate")) streamed("dstream-mapstate")(mapState())
System.exit(0)
