import type { Program } from './program.ts';

const CHECK = `
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.*;
import java.time.format.*;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.*;

public class Check {
  public static void main(String[] args) throws Exception {
    names();
    times();
    trust();
    handshake();
    System.out.println("shell: " + output("/bin/sh", "-c", "echo hi"));
    System.out.println("java: " + output(System.getProperty("java.home") + "/bin/java", "-version"));
    System.out.println("user: " + System.getProperty("user.name") + " " + System.getProperty("user.home"));
  }

  static void names() throws Exception {
    for (String name : List.of("localhost", "whale.example", "no-such-name.invalid")) {
      try {
        System.out.println(InetAddress.getByName(name));
      } catch (UnknownHostException e) {
        System.out.println("unknown: " + name);
      }
    }
  }

  static void times() {
    Instant instant = Instant.parse("2024-07-01T12:00:00Z");
    for (String zone : List.of("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")) {
      System.out.println(DateTimeFormatter.ISO_ZONED_DATE_TIME.format(instant.atZone(ZoneId.of(zone))));
    }
    System.out.println("default: " + ZoneId.systemDefault() + " " + instant.atZone(ZoneId.systemDefault()));
    System.out.println(DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(Locale.FRANCE)
        .format(instant.atZone(ZoneId.of("UTC"))));
  }

  static void trust() throws Exception {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
    System.out.println("trusted: " + manager.getAcceptedIssuers().length);
    System.out.println("protocols: " + List.of(SSLContext.getDefault().getDefaultSSLParameters().getProtocols()));
  }

  static void handshake() throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore store = KeyStore.getInstance(new File("/app/key.p12"), password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (ServerSocket server = context.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      Future<String> heard = pool.submit(() -> {
        try (Socket socket = server.accept()) {
          String line = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
          socket.getOutputStream().write(("echo " + line + "\\n").getBytes(StandardCharsets.UTF_8));
          return line;
        }
      });
      try (SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(loopback, server.getLocalPort())) {
        client.getOutputStream().write("whale\\n".getBytes(StandardCharsets.UTF_8));
        String answer = new BufferedReader(new InputStreamReader(client.getInputStream())).readLine();
        SSLSession session = client.getSession();
        System.out.println("tls: " + session.getProtocol() + " " + session.getCipherSuite() + " " + answer);
      }
      System.out.println("heard: " + heard.get(10, TimeUnit.SECONDS));
    } finally {
      pool.shutdown();
    }
  }

  static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() + " " + text;
  }
}
`;

/** Names, time zones, TLS, the trust store and subprocesses, from one class. */
export const openjdk17: Program = {
  name: 'openjdk-17',
  packages: ['openjdk-17-jdk-headless'],
  files: { '/app/Check.java': CHECK },
  prepare: `
    cd /app
    javac Check.java
    keytool -genkeypair -alias whale -keyalg EC -dname CN=localhost -validity 36500 \\
      -storetype PKCS12 -keystore key.p12 -storepass changeit`,
  run: [
    { command: ['java', '-cp', '/app', 'Check'], env: { TZ: 'Europe/Berlin' } },
    { command: ['java', '-cp', '/app', 'Check'], user: 'nobody' },
    { command: ['java', '-Xshare:auto', '-XX:+UseParallelGC', '-version'] },
    { command: ['java', '-cp', '/app', 'NoSuchClass'], exitCode: 1 },
  ],
};
