import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * HttpClients MANNER RATE PEER-PROGRAM: a service that asks another one over HTTP, RATE times a minute.
 *
 * shared   one java.net.http.HttpClient for all requests, as it should be
 * leak     a new one for each request, held by a list for ever: a connection, an eventfd and an eventpoll each, and a thread
 * dropped  a new one for each request, referred to by nobody afterwards: the collector closes it, sooner or later
 *
 * Tells what it is in its first line, and at each line of standard input what it opened; ends with standard input.
 */
public final class HttpClients {
    private static final long BEGUN = System.nanoTime();
    private static final int PAGE_BYTES = 256 << 10;
    private static final List<HttpClient> clients = new ArrayList<>();
    private static int descriptorsBefore;
    private static int made;
    private static int requests;
    private static volatile byte[] page; // what a request makes and leaves to the collector
    private static int failed;

    public static void main(String[] args) throws Exception {
        String manner = args[0];
        double perMinute = Double.parseDouble(args[1]);
        Process peer = new ProcessBuilder("/usr/bin/python3", args[2], Long.toString(ProcessHandle.current().pid()), "serve", "http")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String ports = new BufferedReader(new InputStreamReader(peer.getInputStream())).readLine();
        int port = Integer.parseInt(ports.replaceAll(".*\"ports\": \\[(\\d+)\\].*", "$1"));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();

        HttpClient shared = HttpClient.newHttpClient();
        ask(shared, request); // so that classes, and the connection that is kept, are there before anything is counted
        descriptorsBefore = openDescriptors();
        System.out.printf(
                "{\"pid\":%d,\"kind\":\"java-%s\",\"peer\":\"127.0.0.1:%d\",\"children\":[%d],\"descriptors\":%d}%n",
                ProcessHandle.current().pid(), manner, port, peer.pid(), descriptorsBefore);
        requests = 0;

        Thread questions = new Thread(HttpClients::answerQuestions);
        questions.setDaemon(true);
        questions.start();

        for (long number = 1;; number++) {
            long due = BEGUN + (long) (number * 60e9 / perMinute);
            long pause = due - System.nanoTime();
            if (pause > 0) Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
            ask(manner.equals("shared") ? shared : newClient(manner.equals("leak")), request);
        }
    }

    private static synchronized HttpClient newClient(boolean held) {
        HttpClient client = HttpClient.newHttpClient();
        made++;
        if (held) clients.add(client);
        return client;
    }

    private static void ask(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            page = new byte[PAGE_BYTES];
            client.send(request, HttpResponse.BodyHandlers.ofString());
            count(true);
        } catch (IOException | java.io.UncheckedIOException noDescriptor) { // at its limit it goes on, as a service does
            count(false);
        }
    }

    private static synchronized void count(boolean answered) {
        requests++;
        if (!answered) failed++;
    }

    private static void answerQuestions() {
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in))) {
            while (questions.readLine() != null) answer();
        } catch (IOException gone) {
            // the end of whoever asks is the end of this
        }
        System.exit(0);
    }

    /** Descriptors: three for each client. How many of the dropped ones the collector has closed, only the kernel knows. */
    private static synchronized void answer() {
        int opened = 3 * made;
        int kept = clients.isEmpty() ? Math.max(0, openDescriptors() - descriptorsBefore) : 3 * clients.size();
        System.out.printf(
                Locale.ROOT,
                "{\"t\":%.3f,\"opened\":%d,\"closed\":%d,\"kept\":%d,\"opens\":%d,\"requests\":%d,\"failed\":%d,\"asked\":true}%n",
                (System.nanoTime() - BEGUN) / 1e9, opened, opened - kept, kept, made, requests, failed);
        System.out.flush();
    }

    /** Without the one that reading the folder takes. */
    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length - 1;
    }
}
