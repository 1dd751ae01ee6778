import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Orders MANNER RATE DATABASE: a service on a pool of database connections. Four threads look items up; RATE times a minute an order is
 * placed twice, which the database refuses.
 *
 * leak     the refused order's connection is not given back, so that the pool opens another one when it next runs out
 * healthy  it is given back in finally
 *
 * Tells what it is in its first line, and at each line of standard input what it holds; ends with standard input.
 */
public final class Orders {
    private static final long BEGUN = System.nanoTime();
    private static final AtomicInteger requests = new AtomicInteger();
    private static final AtomicInteger failed = new AtomicInteger();
    private static final AtomicInteger leaked = new AtomicInteger();

    public static void main(String[] args) throws Exception {
        String manner = args[0];
        double perMinute = Double.parseDouble(args[1]);
        Pool pool = new Pool("jdbc:mariadb://" + args[2] + "/shop?user=shop&password=shop");
        System.out.printf(
                "{\"pid\":%d,\"kind\":\"java-jdbc-%s\",\"peer\":\"%s\",\"children\":[],\"descriptors\":%d}%n",
                ProcessHandle.current().pid(), manner, args[2], openDescriptors());
        for (int thread = 0; thread < 4; thread++) start(() -> lookUpForEver(pool));
        start(() -> placeForEver(pool, perMinute, manner.equals("leak")));
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in))) {
            while (questions.readLine() != null) answer(pool);
        }
        System.exit(0);
    }

    interface Work {
        void run() throws Exception;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception unforeseen) {
                unforeseen.printStackTrace();
                System.exit(1);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void lookUpForEver(Pool pool) throws Exception {
        while (true) {
            Connection connection = pool.borrow();
            try (PreparedStatement query = connection.prepareStatement("SELECT name, price FROM items WHERE id = ?")) {
                query.setInt(1, ThreadLocalRandom.current().nextInt(1, 501));
                try (ResultSet item = query.executeQuery()) {
                    item.next();
                }
            } finally {
                pool.giveBack(connection);
            }
            requests.incrementAndGet();
            Thread.sleep(ThreadLocalRandom.current().nextInt(200, 600));
        }
    }

    /** At absolute times, so that a late one delays no other. */
    private static void placeForEver(Pool pool, double perMinute, boolean leaking) throws Exception {
        for (long number = 1;; number++) {
            long pause = BEGUN + (long) (number * 60e9 / perMinute) - System.nanoTime();
            if (pause > 0) Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
            requests.incrementAndGet();
            try {
                if (leaking) placeAndForget(pool);
                else place(pool);
            } catch (SQLException refused) {
                failed.incrementAndGet();
                if (leaking) leaked.incrementAndGet();
            }
        }
    }

    /** The mistake: the way out by an exception does not come by the last line. */
    private static void placeAndForget(Pool pool) throws SQLException {
        Connection connection = pool.borrow();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO items (id, name, price) VALUES (1, 'again', 1)");
        insert.executeUpdate();
        insert.close();
        pool.giveBack(connection);
    }

    private static void place(Pool pool) throws SQLException {
        Connection connection = pool.borrow();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO items (id, name, price) VALUES (1, 'again', 1)")) {
            insert.executeUpdate();
        } finally {
            pool.giveBack(connection);
        }
    }

    /** Begins with eight, keeps what is given back, opens another one when it has none; knows all of them, to close them at its end. */
    static final class Pool {
        private static final int SIZE = 8;
        private final String url;
        private final Deque<Connection> idle = new ArrayDeque<>();
        private final List<Connection> all = new ArrayList<>();

        Pool(String url) throws SQLException {
            this.url = url;
            while (all.size() < SIZE) giveBack(open());
        }

        synchronized Connection borrow() throws SQLException {
            Connection connection = idle.pollFirst();
            return connection == null ? open() : connection;
        }

        private Connection open() throws SQLException {
            Connection connection = DriverManager.getConnection(url);
            all.add(connection);
            return connection;
        }

        synchronized void giveBack(Connection connection) {
            idle.addLast(connection);
        }

        synchronized int opened() {
            return all.size();
        }
    }

    private static void answer(Pool pool) {
        int opened = pool.opened();
        System.out.printf(
                Locale.ROOT,
                "{\"t\":%.3f,\"opened\":%d,\"closed\":0,\"kept\":%d,\"opens\":%d,\"requests\":%d,\"failed\":%d,\"leaked\":%d,\"asked\":true}%n",
                (System.nanoTime() - BEGUN) / 1e9, opened, opened, opened, requests.get(), failed.get(), leaked.get());
        System.out.flush();
    }

    /** Without the one that reading the folder takes. */
    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length - 1;
    }
}
