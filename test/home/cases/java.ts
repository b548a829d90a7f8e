import type { HomeCase } from '../home-case.ts';

const JAVA_HOME = 'export PATH=/usr/lib/jvm/default-java/bin:$PATH';

/** Jars that are made by a build stage. */
export const java: readonly HomeCase[] = [
  {
    name: 'java-process-builder',
    parent: 'java',
    build: {
      stage: 'toolchain',
      sources: {
        '/src/Main.java': `import java.io.*;
public class Main {
  public static void main(String[] a) throws Exception {
    Process p = new ProcessBuilder("sh", "-c", "df | tail -1 | wc -c").start();
    System.out.println(Integer.parseInt(new String(p.getInputStream().readAllBytes()).trim()) > 10);
    Process q = Runtime.getRuntime().exec(new String[] {"sha256sum", "/srv/app.jar"});
    System.out.println(new String(q.getInputStream().readAllBytes()).length() + " " + q.waitFor());
    System.out.println("\\u3042".getBytes("ISO-2022-JP").length + " " + javax.crypto.Cipher.getInstance("AES/GCM/NoPadding").getAlgorithm());
  }
}`,
      },
      script: `${JAVA_HOME}; cd /src; javac Main.java; mkdir -p /out/srv; jar cfe /out/srv/app.jar Main Main.class`,
    },
    config: { cmd: ['java', '-jar', '/srv/app.jar'] },
    prints: 'true\n79 0\n8 AES/GCM/NoPadding\n',
  },
  {
    name: 'java-class-path-jni',
    parent: 'java',
    build: {
      stage: 'toolchain',
      sources: {
        '/src/Main.java': `import java.sql.*;
public class Main {
  static native int answer();
  public static void main(String[] a) throws Exception {
    System.loadLibrary("whale");
    System.out.println(answer());
    try (Connection c = DriverManager.getConnection("jdbc:h2:mem:x"); ResultSet r = c.createStatement().executeQuery("select upper('whale')")) {
      r.next();
      System.out.println(r.getString(1));
    }
  }
}`,
        '/src/whale.c': `#include <jni.h>
const char *zlibVersion(void);
JNIEXPORT jint JNICALL Java_Main_answer(JNIEnv *e, jclass c) { return zlibVersion()[0] == '1' ? 42 : 0; }`,
        '/src/manifest': 'Main-Class: Main\nClass-Path: lib/h2.jar\n',
      },
      script: `${JAVA_HOME}
        cd /src; javac Main.java; mkdir -p /out/srv/lib; jar cfm /out/srv/app.jar manifest Main.class
        gcc -shared -fPIC -I/usr/lib/jvm/default-java/include -I/usr/lib/jvm/default-java/include/linux whale.c -o /out/srv/lib/libwhale.so -l:libz.so.1`,
    },
    prepare: ['ln -s /usr/share/java/h2.jar /srv/lib/h2.jar'],
    config: { cmd: ['java', '-Djava.library.path=/srv/lib', '-jar', '/srv/app.jar'] },
    prints: '42\nWHALE\n',
  },
  {
    name: 'java-jna-class-path-option',
    parent: 'java',
    build: {
      stage: 'toolchain',
      sources: {
        '/src/Main.java': `import java.lang.reflect.*;
public class Main {
  public static void main(String[] a) throws Exception {
    Class<?> library = Class.forName("com.sun.jna.NativeLibrary");
    Object m = library.getMethod("getInstance", String.class).invoke(null, "m");
    Object f = library.getMethod("getFunction", String.class).invoke(m, "floor");
    System.out.println(f.getClass().getMethod("invokeDouble", Object[].class).invoke(f, new Object[] {new Object[] {2.5}}));
    System.out.println(System.getenv("JAVA_TOOL_OPTIONS") != null && System.getProperty("whale").equals("yes"));
  }
}`,
      },
      script: `${JAVA_HOME}; cd /src; mkdir -p /out/srv/j; javac -d /out/srv/j Main.java`,
    },
    config: {
      env: { JAVA_TOOL_OPTIONS: '-Dwhale=yes' },
      entrypoint: ['java', '-cp', '/usr/share/java/jna.jar:/srv/j', 'Main'],
    },
    prints: '2.0\ntrue\n',
  },
];
