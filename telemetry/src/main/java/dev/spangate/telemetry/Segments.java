package dev.spangate.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The journal's files: one endless sequence of bytes, cut into segments that are named by the
/// position of their first byte.
///
/// One thread appends, rolls and deletes; any number read.
final class Segments implements AutoCloseable {
    private static final String SUFFIX = ".journal";

    private final Path dir;
    private final Disk disk;
    private final ConcurrentNavigableMap<Long, Segment> byBase = new ConcurrentSkipListMap<>();
    private @Nullable FileChannel channel;
    private volatile long end;

    private Segments(Path dir, Disk disk) {
        this.dir = dir;
        this.disk = disk;
    }

    /// How bytes reach a file; tests let it fail.
    @FunctionalInterface
    interface Disk {
        int write(FileChannel file, ByteBuffer bytes, long at) throws IOException;

        static Disk real() {
            return FileChannel::write;
        }
    }

    /// One file.
    ///
    /// @param base position of its first byte
    /// @param size bytes in it; for the current one as of its last write
    record Segment(long base, long size, Path file) {
        long end() {
            return base + size;
        }
    }

    /// Takes up what is there; nothing is ever appended to a file of an earlier process.
    static Segments open(Path dir, Disk disk) throws IOException {
        var segments = new Segments(dir, disk);
        try (var files = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
            for (var file : files) {
                String name = file.getFileName().toString();
                long base = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
                segments.byBase.put(base, new Segment(base, Files.size(file), file));
            }
        }
        segments.end = segments.byBase.isEmpty() ? 0 : segments.byBase.lastEntry().getValue().end();
        return segments;
    }

    /// The position after the last byte written.
    long end() {
        return end;
    }

    /// The position of the oldest byte that is still there.
    long begin() {
        var first = byBase.firstEntry();
        return first == null ? end : first.getKey();
    }

    Iterable<Segment> all() {
        return byBase.values();
    }

    /// The segment that holds a position, else the next one behind it.
    @Nullable Segment at(long position) {
        var entry = byBase.floorEntry(position);
        if (entry != null && position < entry.getValue().end()) {
            return entry.getValue();
        }
        var next = byBase.higherEntry(position);
        return next == null ? null : next.getValue();
    }

    /// Where the segment begins that the next bytes go to.
    long currentBase() {
        return channel == null || byBase.isEmpty() ? end : byBase.lastKey();
    }

    long sizeOfCurrent() {
        var last = byBase.lastEntry();
        return channel == null || last == null ? 0 : last.getValue().size();
    }

    long totalBytes() {
        long total = 0;
        for (var segment : byBase.values()) {
            total += segment.size();
        }
        return total;
    }

    /// Starts the next file.
    void roll() throws IOException {
        var old = channel;
        long base = end;
        var file = dir.resolve("%020d%s".formatted(base, SUFFIX));
        channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        ownerOnly(dir));
        byBase.put(base, new Segment(base, 0, file));
        if (old != null) {
            old.close();
        }
    }

    /// Writes all of it behind the last byte; after an exception nothing counts as written.
    void append(ByteBuffer bytes) throws IOException {
        if (channel == null) {
            roll();
        }
        var current = byBase.lastEntry().getValue();
        long at = current.size();
        while (bytes.hasRemaining()) {
            at += disk.write(channel(), bytes, at);
        }
        byBase.put(current.base(), new Segment(current.base(), at, current.file()));
        end = current.base() + at;
    }

    void force() throws IOException {
        var current = channel;
        if (current != null && current.isOpen()) {
            current.force(false);
        }
    }

    void delete(Segment segment) throws IOException {
        Files.deleteIfExists(segment.file());
        byBase.remove(segment.base());
    }

    boolean isCurrent(Segment segment) {
        return channel != null && byBase.lastKey() == segment.base();
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private FileChannel channel() throws IOException {
        var current = channel;
        if (current == null) {
            throw new IOException("no open segment");
        }
        return current;
    }

    /// The attribute that makes a new file readable by its owner alone, where the system knows it.
    static FileAttribute<?>[] ownerOnly(Path dir) {
        return posix(dir)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    static boolean posix(Path dir) {
        return dir.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /// Creates the folder for its owner alone.
    static void createFolder(Path dir) throws IOException {
        if (Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(dir)) {
            return;
        }
        var parent = dir.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        var owner = PosixFilePermissions.fromString("rwx------");
        if (parent != null && posix(parent)) {
            Files.createDirectory(dir, PosixFilePermissions.asFileAttribute(owner));
        } else {
            Files.createDirectory(dir);
        }
    }
}
