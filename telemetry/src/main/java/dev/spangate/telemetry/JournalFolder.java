package dev.spangate.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The journal's folder, locked for this process alone.
final class JournalFolder implements AutoCloseable {
    private final Path dir;
    private final FileChannel lockFile;
    private final FileLock lock;

    private JournalFolder(Path dir, FileChannel lockFile, FileLock lock) {
        this.dir = dir;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Creates and locks it, or says who has it or why it cannot be written.
    static JournalFolder open(Path dir) {
        try {
            Segments.createFolder(dir);
            var file =
                    FileChannel.open(
                            dir.resolve("lock"),
                            Set.of(
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE),
                            Segments.ownerOnly(dir));
            var lock = tryLock(file);
            if (lock == null) {
                String owner = text(file);
                file.close();
                throw new TelemetryException(
                        "telemetry.journal.dir: %s is in use by another process%s; stop that one or give this one a folder of its own"
                                .formatted(
                                        dir,
                                        owner.isBlank() ? "" : " (pid " + owner.strip() + ")"));
            }
            file.truncate(0);
            write(file, ProcessHandle.current().pid() + "\n");
            return new JournalFolder(dir, file, lock);
        } catch (AccessDeniedException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: %s is not writable for this user; change its owner or set another folder"
                            .formatted(dir),
                    e);
        } catch (IOException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: %s cannot be used: %s".formatted(dir, e), e);
        }
    }

    Path dir() {
        return dir;
    }

    /// A small file that holds one position; written in place, so a kill leaves the old or the new.
    PositionFile position(String name) throws IOException {
        return PositionFile.open(dir.resolve(name + ".position"));
    }

    @Override
    public void close() throws IOException {
        lock.close();
        lockFile.close();
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    static void write(FileChannel file, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        for (int at = 0; bytes.hasRemaining(); ) {
            at += file.write(bytes, at);
        }
    }

    static String text(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(64);
        file.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }
}
