package spate.conformance

import java.io.{File, PrintWriter}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Files
import org.apache.spark.rdd.RDD

/** How results are written: the Go side (internal/golden) has the same rules. */
object Golden {
  /** Tuples and arrays keep their order; other collections are groups, whose order nobody promises. */
  def show(x: Any): String = x match {
    case null => "null"
    case Some(v) => show(v)
    case None => "-"
    case m: scala.collection.Map[_, _] => m.toSeq.map { case (k, v) => show(k) + "=" + show(v) }.sorted.mkString("{", " ", "}")
    case a: Array[_] => a.map(show).mkString("[", " ", "]")
    case i: Iterable[_] => i.map(show).toSeq.sorted.mkString("[", " ", "]")
    case p: Product if p.productPrefix.startsWith("Tuple") => p.productIterator.map(show).mkString("(", ",", ")")
    case v => v.toString
  }

  def quote(s: String): String = s.flatMap {
    case '"' => "\\\""
    case '\\' => "\\\\"
    case c if c < ' ' => f"\\u$c%04x"
    case c => c.toString
  }.mkString("\"", "", "\"")

  def rows(r: Seq[String]): String = r.map(quote).mkString("[", ", ", "]")

  /** The partitions of an RDD, or one value. */
  def answer(x: Any): String = x match {
    case r: RDD[_] =>
      val parts = r.mapPartitions(it => Iterator(it.map(show).toArray)).collect()
      "\"parts\": " + parts.map(p => rows(p.toSeq)).mkString("[", ", ", "]")
    case v => "\"value\": " + quote(show(v))
  }

  def cause(e: Throwable): Throwable = if (e.getCause == null) e else cause(e.getCause)

  def refusal(e: Throwable): String =
    "\"error\": " + quote(cause(e).getClass.getSimpleName + ": " + String.valueOf(cause(e).getMessage).linesIterator.next().take(160))

  def write(path: String, lines: Iterable[String]): Unit = {
    val out = new PrintWriter(path, "UTF-8")
    lines.foreach(l => out.print(l + "\n"))
    out.close()
  }

  def file(dir: String, name: String, text: String): String = {
    new File(dir).mkdirs()
    Files.write(new File(dir, name).toPath, text.getBytes(UTF_8)).toString
  }
}
