import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.DAG;
import com.hazelcast.jet.core.Edge;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.core.Vertex;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.storm.LocalCluster;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.BasicOutputCollector;
import org.apache.storm.topology.BoltDeclarer;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.TopologyBuilder;
import org.apache.storm.topology.base.BaseBasicBolt;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.Values;

/**
 * What others do with the graphs of bench/typed: Peers jet|storm|storm-acked
 * stages|hops|first. It prints millions of events a second, from source to sink by
 * one stage in between; milliseconds at p50, p99 and p99.9, of 100,000 events a
 * second over three keyed hops; or milliseconds from the start of the process to the
 * first event at the sink. The first third of the events does not count.
 */
public final class Peers {
    static final int RATE = 100_000; // events a second, of hops
    static final int KEYS = 1024;

    /** What one run counts. The instances of a graph are in this process. */
    static final class Run {
        static volatile Run now;
        final boolean hops;
        final long warm, all; // events before it counts, and in all
        final long last; // the event behind which it does not: Storm may keep those of a batch that is not full
        final long[] took; // nanoseconds, of hops
        final CountDownLatch done = new CountDownLatch(1);
        long seen, began, beganCpu, ended, endedCpu; // of the sink
        long endedAt; // milliseconds since 1970
        long given, first; // of the source

        Run(boolean hops, long all) {
            this.hops = hops;
            this.all = all;
            this.warm = all / 3;
            this.last = hops || all < 1_000_000 ? all : all - 20_000;
            this.took = new long[hops ? (int) (all - warm) : 0];
            now = this;
        }

        /** The time of the next event, or 0: not yet, or none any more. */
        long next() {
            if (given == all) {
                return 0;
            }
            if (!hops) {
                return ++given;
            }
            long now = System.nanoTime();
            if (given == 0) {
                first = now;
            }
            long due = first + given * (1_000_000_000L / RATE);
            if (due > now) {
                return 0;
            }
            given++;
            return due;
        }

        void sunk(long at) {
            if (seen == warm) {
                began = System.nanoTime();
                beganCpu = cpu();
            }
            if (hops && seen >= warm) {
                took[(int) (seen - warm)] = System.nanoTime() - at;
            }
            if (++seen == last) {
                ended = System.nanoTime();
                endedCpu = cpu();
                endedAt = System.currentTimeMillis();
                done.countDown();
            }
        }

        String result() {
            double millions = (last - warm) / 1e6;
            if (!hops) {
                return String.format("%.3g, %.3g a CPU second", millions * 1e9 / (ended - began), millions * 1e9 / (endedCpu - beganCpu));
            }
            Arrays.sort(took);
            return String.format("%.2f, %.2f, %.2f", at(0.5), at(0.99), at(0.999));
        }

        private static long cpu() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }

        private double at(double q) {
            return took[(int) (q * (took.length - 1))] / 1e6;
        }
    }

    // Hazelcast Jet.

    static final class Gives extends AbstractProcessor {
        private final Run run = Run.now;
        private long pending;

        @Override
        public boolean complete() {
            for (int i = 0; i < 4096; i++) {
                if (pending == 0 && (pending = run.next()) == 0) {
                    return run.given == run.all;
                }
                if (!tryEmit(pending)) {
                    return false;
                }
                pending = 0;
            }
            return false;
        }
    }

    static final class Same extends AbstractProcessor {
        @Override
        protected boolean tryProcess(int ordinal, Object item) {
            return tryEmit(item);
        }
    }

    static final class Sinks extends AbstractProcessor {
        @Override
        protected boolean tryProcess(int ordinal, Object item) {
            Run.now.sunk((Long) item);
            return true;
        }
    }

    static void jet(HazelcastInstance hz, Run run) {
        DAG dag = new DAG();
        Vertex last = dag.newVertex("source", ProcessorMetaSupplier.of(Gives::new)).localParallelism(1);
        for (int i = 0; i < (run.hops ? 3 : 1); i++) {
            Vertex v = dag.newVertex("same" + i, Same::new).localParallelism(1);
            dag.edge(edge(last, v, run.hops));
            last = v;
        }
        dag.edge(edge(last, dag.newVertex("sink", Sinks::new).localParallelism(1), run.hops));
        hz.getJet().newJob(dag).join();
    }

    static Edge edge(Vertex from, Vertex to, boolean keyed) {
        Edge e = Edge.between(from, to);
        return keyed ? e.partitioned(x -> ((Long) x) % KEYS) : e;
    }

    // Storm.

    public static final class Spout extends BaseRichSpout {
        private transient SpoutOutputCollector out;
        private final boolean acked;

        Spout(boolean acked) {
            this.acked = acked;
        }

        @Override
        public void open(Map<String, Object> conf, TopologyContext ctx, SpoutOutputCollector out) {
            this.out = out;
        }

        @Override
        public void nextTuple() {
            long at = Run.now.next();
            if (at == 0) {
                return;
            }
            Values v = new Values(at, at % KEYS);
            if (acked) {
                out.emit(v, Run.now.given);
            } else {
                out.emit(v);
            }
        }

        @Override
        public void declareOutputFields(OutputFieldsDeclarer d) {
            d.declare(new Fields("at", "key"));
        }
    }

    public static final class Bolt extends BaseBasicBolt {
        private final boolean last;

        Bolt(boolean last) {
            this.last = last;
        }

        @Override
        public void execute(Tuple t, BasicOutputCollector out) {
            if (last) {
                Run.now.sunk(t.getLong(0));
            } else {
                out.emit(new Values(t.getValue(0), t.getValue(1)));
            }
        }

        @Override
        public void declareOutputFields(OutputFieldsDeclarer d) {
            d.declare(new Fields("at", "key"));
        }
    }

    static void storm(Run run, boolean acked) throws Exception {
        TopologyBuilder b = new TopologyBuilder();
        b.setSpout("source", new Spout(acked), 1);
        String last = "source";
        for (int i = 0; i < (run.hops ? 3 : 1); i++) {
            link(b.setBolt("same" + i, new Bolt(false), 1), last, run.hops);
            last = "same" + i;
        }
        link(b.setBolt("sink", new Bolt(true), 1), last, run.hops);
        org.apache.storm.Config conf = new org.apache.storm.Config();
        conf.setNumWorkers(1);
        conf.setNumAckers(acked ? 1 : 0);
        conf.setMaxSpoutPending(acked ? 5_000 : 100_000); // with batches it does less if acked
        conf.put("topology.disable.loadaware.messaging", true);
        conf.put("topology.stats.sample.rate", 0.001);
        conf.put("topology.executor.receive.buffer.size", 32768);
        if (!run.hops && !acked && run.all > 1) {
            conf.put("topology.producer.batch.size", 1000);
        }
        try (LocalCluster cluster = new LocalCluster()) {
            cluster.submitTopology("peers", conf, b.createTopology());
            run.done.await();
        }
    }

    static void link(BoltDeclarer b, String from, boolean keyed) {
        if (keyed) {
            b.fieldsGrouping(from, new Fields("key"));
        } else {
            b.shuffleGrouping(from);
        }
    }

    public static void main(String[] args) {
        try {
            run(args);
            System.exit(0);
        } catch (Exception e) { // or its threads would go on
            e.printStackTrace();
            System.exit(1);
        }
    }

    static void run(String[] args) throws Exception {
        boolean hops = args[1].equals("hops"), first = args[1].equals("first");
        if (args[0].equals("jet")) {
            Config config = new Config();
            config.getJetConfig().setEnabled(true);
            config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
            config.setProperty("hazelcast.phone.home.enabled", "false");
            config.setProperty("hazelcast.logging.type", "none");
            HazelcastInstance hz = Hazelcast.newHazelcastInstance(config);
            jet(hz, new Run(hops, first ? 1 : hops ? 15 * RATE : 60_000_000));
        } else {
            boolean acked = args[0].equals("storm-acked");
            storm(new Run(hops, first ? 1 : hops ? 15 * RATE : acked ? 1_500_000 : 30_000_000), acked);
        }
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println("result " + (first ? "" + (Run.now.endedAt - started) : Run.now.result()));
    }
}
