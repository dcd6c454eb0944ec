package org.apache.spark.streaming

import scala.collection.mutable
import scala.reflect.ClassTag
import org.apache.spark.{HashPartitioner, SparkConf, SparkContext}
import org.apache.spark.rdd.RDD
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.util.ManualClock
import spate.conformance.Golden._

/**
 * The programs of programs_test.go, run by Spark side by side on one context: arguments are the file to write and an
 * empty folder. The clock is Spark's manual one, from 10 s on, a batch a second; hence the package.
 */
object DStreamPrograms {
  val batches = 12
  private val seen = mutable.LinkedHashMap[String, mutable.ArrayBuffer[(Long, Seq[String])]]()
  private val done = new java.util.concurrent.atomic.AtomicInteger

  def record(name: String, at: Long, rows: Seq[String]): Unit = seen.synchronized { seen(name) += ((at, rows)) }

  def main(args: Array[String]): Unit = {
    val sc = new SparkContext(new SparkConf().setMaster("local[2]").setAppName("conformance")
      .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1")
      .set("spark.streaming.clock", classOf[ManualClock].getName).set("spark.default.parallelism", "2")
      .set("spark.sql.adaptive.enabled", "false"))
    sc.setLogLevel("OFF")
    val refused = Refusals.all(sc).map { case (name, define) => "{\"name\": " + quote(name) + ", " + refusal(start(sc, define, args(1))) + "}" }
    val ssc = new StreamingContext(sc, Seconds(1))
    ssc.checkpoint(args(1))
    new DStreams(ssc).all.foreach { case (name, stream) =>
      seen(name) = mutable.ArrayBuffer()
      stream.asInstanceOf[DStream[Any]].foreachRDD((r: RDD[Any], t: Time) => record(name, t.milliseconds, r.map(show).collect().toSeq))
    }
    ssc.addStreamingListener(new scheduler.StreamingListener {
      override def onBatchCompleted(b: scheduler.StreamingListenerBatchCompleted): Unit = done.incrementAndGet()
    })
    val clock = ssc.scheduler.clock.asInstanceOf[ManualClock]
    clock.setTime(10000)
    ssc.start()
    for (n <- 1 to batches) {
      clock.advance(1000)
      while (done.get() < n) Thread.sleep(2)
    }
    ssc.stop(stopSparkContext = false)
    val lines = seen.map { case (name, bs) =>
      val texts = bs.sortBy(_._1).map { case (at, r) => "{\"at\": " + (at - 10000) + ", \"rows\": " + rows(r) + "}" }
      "{\"name\": " + quote(name) + ", \"batches\": " + texts.mkString("[", ", ", "]") + "}"
    }
    write(args(0), lines ++ refused)
    sc.stop()
  }

  /** What a program that should be refused is refused with. */
  private def start(sc: SparkContext, define: StreamingContext => Unit, dir: String): Throwable = {
    val ssc = new StreamingContext(sc, Seconds(2))
    try { define(ssc); ssc.start(); new Exception("not refused") }
    catch { case e: Throwable => e }
    finally ssc.stop(stopSparkContext = false)
  }
}

object Refusals {
  private def one(ssc: StreamingContext): DStream[Int] = ssc.queueStream(mutable.Queue(ssc.sparkContext.parallelize(Seq(1), 2)))
  def all(sc: SparkContext): Seq[(String, StreamingContext => Unit)] = Seq(
    "no output operation" -> (ssc => one(ssc)),
    "window no multiple of the batch" -> (ssc => one(ssc).window(Seconds(3)).print()),
    "slide no multiple of the batch" -> (ssc => one(ssc).window(Seconds(4), Seconds(3)).print()),
    "remember twice" -> { ssc => one(ssc).print(); ssc.remember(Seconds(60)); ssc.remember(Seconds(60)) },
    "state without checkpoint directory" -> (ssc => one(ssc).map((_, 1)).updateStateByKey((v: Seq[Int], s: Option[Int]) => Some(v.sum)).print()),
    "inverse window without checkpoint directory" -> (ssc => one(ssc).countByWindow(Seconds(4), Seconds(2)).print()),
    "union of different slides" -> (ssc => one(ssc).union(one(ssc).window(Seconds(4), Seconds(4))).print()),
    "streams of two contexts" -> (ssc => one(ssc).union(one(new StreamingContext(ssc.sparkContext, Seconds(2)))).print()),
    "no constant RDD" -> (ssc => new dstream.ConstantInputDStream[Int](ssc, null).print()),
    "checkpointed without a directory" -> { ssc => val d = one(ssc); d.checkpoint(Seconds(4)); d.print() },
    "checkpointed after the start" -> { ssc => val d = one(ssc); d.print(); ssc.start(); d.checkpoint(Seconds(4)) },
    "mapWithState without checkpoint directory" -> (ssc => one(ssc).map((_, 1)).mapWithState(
      StateSpec.function((k: Int, v: Option[Int], s: State[Int]) => k)).print()),
    "persisted after the start" -> { ssc => val d = one(ssc); d.print(); ssc.start(); d.persist() },
    "defined after the start" -> { ssc => val d = one(ssc); d.print(); ssc.start(); d.map(_ + 1) })
}

/** Streams of words, numbers and pairs: empty batches among them, and after them. */
class DStreams(@transient ssc: StreamingContext) extends Serializable {
  private val found = mutable.ArrayBuffer[(String, DStream[_])]()
  private def p(name: String)(d: DStream[_]): Unit = found += name -> d
  def all: Seq[(String, DStream[_])] = found.toSeq

  private def in[T: ClassTag](batches: Seq[T]*): DStream[T] =
    ssc.queueStream(mutable.Queue(batches.map(b => ssc.sparkContext.parallelize(b, 2)): _*), oneAtATime = true)
  private def words: DStream[String] = in(Seq("a", "b", "a"), Seq("b"), Seq(), Seq("c", "a"), Seq(), Seq(), Seq("b", "b", "d"))
  private def nums: DStream[Int] = in(Seq(1, 2, 3), Seq(4), Seq(), Seq(5, 6), Seq(7, 7, 7), Seq(), Seq(8))
  private def ones: DStream[(String, Int)] = words.map((_, 1))
  private def colours: DStream[(String, String)] = in(Seq("a" -> "red"), Seq("a" -> "blue", "b" -> "green"), Seq("c" -> "grey"), Seq("c" -> "white", "c" -> "black"))
  private def lines: DStream[String] = in(Seq("to be or not", "to be"), Seq(""), Seq("that is", "the question"), Seq())
  private val s = (n: Int) => Seconds(n.toLong)
  private val place = new HashPartitioner(3)
  private val count = (v: Seq[Int], old: Option[Int]) => { val n = v.sum + old.getOrElse(0); if (n == 0) None else Some(n) }

  // elements
  p("map")(nums.map(_ * 2))
  p("flatMap")(lines.flatMap(_.split(" ").filter(_.nonEmpty)))
  p("filter")(nums.filter(_ % 2 == 1))
  p("glom")(nums.glom().map(_.length))
  p("mapPartitions")(nums.mapPartitions(it => Iterator(it.sum)))
  p("repartition")(nums.repartition(3).glom().map(_.length > 0))
  p("union")(words.union(lines))
  p("union of three")(ssc.union(Seq(nums, nums.map(-_), nums.filter(_ > 5))))
  p("count")(words.count())
  p("countByValue")(words.countByValue())
  p("reduce")(nums.reduce(_ + _))
  p("transform")(nums.transform(_.filter(_ > 2).map(_ * 10)))
  p("transform at a time")(nums.transform((r: RDD[Int], t: Time) => r.map(x => (t.milliseconds - 10000, x))))
  p("transformWith")(nums.transformWith(words, (a: RDD[Int], b: RDD[String]) => a.map(_.toString).union(b)))
  p("transform of three")(ssc.transform(Seq(nums, nums.map(_ + 100)), (rs: Seq[RDD[_]], _: Time) => rs(0).asInstanceOf[RDD[Int]].union(rs(1).asInstanceOf[RDD[Int]])))
  p("transform with an RDD")({
    val names = ssc.sparkContext.parallelize(Seq("a" -> "ant", "b" -> "bee"), 2)
    ones.transform(_.leftOuterJoin(names))
  })
  p("all at once")(ssc.queueStream(mutable.Queue(Seq(1), Seq(2), Seq(3)).map(b => ssc.sparkContext.parallelize(b, 1)), oneAtATime = false))
  p("queue with another RDD when empty")(ssc.queueStream(mutable.Queue(ssc.sparkContext.parallelize(Seq(1), 1)), oneAtATime = true, ssc.sparkContext.parallelize(Seq(0), 1)))
  p("constant input")(new dstream.ConstantInputDStream(ssc, ssc.sparkContext.parallelize(Seq(4, 2), 2)))

  // pairs
  p("reduceByKey")(ones.reduceByKey(_ + _))
  p("groupByKey")(ones.groupByKey())
  p("combineByKey")(ones.combineByKey((v: Int) => (v, 1), (c: (Int, Int), v: Int) => (c._1 + v, c._2 + 1), (a: (Int, Int), b: (Int, Int)) => (a._1 + b._1, a._2 + b._2), place))
  p("mapValues")(ones.mapValues(_ + 9))
  p("flatMapValues")(ones.flatMapValues(v => Seq(v, -v)))
  p("cogroup")(ones.cogroup(colours))
  p("join")(ones.join(colours))
  p("leftOuterJoin")(ones.leftOuterJoin(colours))
  p("rightOuterJoin")(ones.rightOuterJoin(colours))
  p("fullOuterJoin")(ones.fullOuterJoin(colours))
  p("word count")(lines.flatMap(_.split(" ").filter(_.nonEmpty)).map((_, 1)).reduceByKey(_ + _))

  // windows
  p("window 3")(words.window(s(3)))
  p("window 3 slide 2")(words.window(s(3), s(2)))
  p("window 2 slide 3")(words.window(s(2), s(3)))
  p("window of a window")(words.window(s(2)).window(s(2)))
  p("map after a slide")(nums.window(s(4), s(4)).map(_ + 1))
  p("reduceByWindow")(nums.reduceByWindow(_ + _, s(3), s(1)))
  p("reduceByWindow inverse")(nums.reduceByWindow(_ + _, _ - _, s(3), s(2)))
  p("countByWindow")(words.countByWindow(s(3), s(1)))
  p("countByWindow slide 2")(words.countByWindow(s(4), s(2)))
  p("countByValueAndWindow")(words.countByValueAndWindow(s(3), s(1)))
  p("reduceByKeyAndWindow")(ones.reduceByKeyAndWindow((a: Int, b: Int) => a + b, s(3), s(1)))
  p("reduceByKeyAndWindow slide 2")(ones.reduceByKeyAndWindow((a: Int, b: Int) => a + b, s(4), s(2)))
  p("reduceByKeyAndWindow inverse")(ones.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (a: Int, b: Int) => a - b, s(3), s(1), 2))
  p("reduceByKeyAndWindow inverse slide 2")(ones.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (a: Int, b: Int) => a - b, s(4), s(2), 2))
  p("reduceByKeyAndWindow inverse filtered")(ones.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (a: Int, b: Int) => a - b, s(3), s(1), 2, (kv: (String, Int)) => kv._2 > 0))
  p("groupByKeyAndWindow")(ones.groupByKeyAndWindow(s(3), s(1)))
  p("joined windows")(ones.window(s(2)).join(colours.window(s(3))))
  p("windows joined on the left")(ones.window(s(2), s(2)).leftOuterJoin(colours.window(s(4), s(2))))
  p("union of a window and the stream")(words.window(s(2)).union(words))
  p("count of a window")(words.window(s(2)).count())
  p("reduce of a window")(nums.window(s(3)).reduce(_ + _))
  p("transform of a window")(words.window(s(2)).transform(_.distinct()))
  p("sorted words of a window")(words.window(s(3)).map((_, 1)).reduceByKey(_ + _).transform(_.sortByKey(false)))
  p("reduceByWindow slide 2")(nums.reduceByWindow(_ + _, s(4), s(2)))
  p("countByValueAndWindow slide 2")(words.countByValueAndWindow(s(4), s(2)))
  p("groupByKeyAndWindow slide 2")(ones.groupByKeyAndWindow(s(4), s(2)))
  p("reduceByKey into 3")(ones.reduceByKey(_ + _, 3))
  p("countByValue into 3")(words.countByValue(3))
  p("cached and used twice")({ val d = nums.map(_ + 1).cache(); d.union(d.filter(_ > 3)) })
  p("checkpointed every two batches")({ val d = nums.map(_ + 1); d.checkpoint(s(2)); d.window(s(3)) })

  // state
  p("updateStateByKey")(ones.updateStateByKey(count))
  p("updateStateByKey that forgets")(ones.updateStateByKey((v: Seq[Int], old: Option[Int]) => if (v.isEmpty) None else Some(v.sum + old.getOrElse(0))))
  p("updateStateByKey from an initial RDD")(ones.updateStateByKey(count, place, ssc.sparkContext.parallelize(Seq("a" -> 100, "z" -> 5), 2)))
  p("updateStateByKey of iterators")(ones.updateStateByKey((it: Iterator[(String, Seq[Int], Option[Int])]) => it.map { case (k, v, old) => (k, v.sum + old.getOrElse(1000)) }, place, true))
  p("updateStateByKey at a time")(ones.updateStateByKey((t: Time, k: String, v: Seq[Int], old: Option[Int]) =>
    Some(v.sum + old.getOrElse(((t.milliseconds - 10000) / 10).toInt)), place, true))
  p("updateStateByKey at a time from an initial RDD")(ones.updateStateByKey((t: Time, k: String, v: Seq[Int], old: Option[Int]) =>
    Some(v.sum + old.getOrElse(((t.milliseconds - 10000) / 10).toInt)), place, true, Some(ssc.sparkContext.parallelize(Seq("a" -> 100, "z" -> 5), 2))))
  p("updateStateByKey of a window")(ones.window(s(2), s(2)).updateStateByKey(count))
  private val running = (k: String, v: Option[Int], state: State[Int]) => {
    val n = v.getOrElse(0) + state.getOption().getOrElse(0)
    state.update(n)
    (k, n)
  }
  p("mapWithState")(ones.mapWithState(StateSpec.function(running)))
  p("mapWithState in one partition")(ones.mapWithState(StateSpec.function(running).numPartitions(1)))
  p("mapWithState of a window")(ones.window(s(2), s(2)).mapWithState(StateSpec.function(running)))
  p("mapWithState at a time that may have nothing")(ones.mapWithState(StateSpec.function((t: Time, k: String, v: Option[Int], state: State[Int]) => {
    val n = v.getOrElse(0) + state.getOption().getOrElse(0)
    state.update(n)
    if (n % 2 == 0) Some((t.milliseconds - 10000, n)) else None
  })))
  p("mapWithState snapshots")(ones.mapWithState(StateSpec.function(running)).stateSnapshots())
  p("mapWithState from an initial RDD")(ones.mapWithState(StateSpec.function(running).initialState(ssc.sparkContext.parallelize(Seq("a" -> 100, "z" -> 5), 2))).stateSnapshots())
  private val once = (k: String, v: Option[Int], state: State[Int]) =>
    if (state.isTimingOut()) k + " out" else if (state.exists()) { state.remove(); k + " again" } else { state.update(1); k + " new" }
  p("mapWithState that removes")(ones.mapWithState(StateSpec.function(once)))
  p("mapWithState with a timeout")(ones.mapWithState(StateSpec.function(once).timeout(s(2))))
  p("mapWithState with a timeout snapshots")(ones.mapWithState(StateSpec.function(once).timeout(s(2))).stateSnapshots())
}
