package dev.spangate.telemetry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// One journal position on disk, with a check sum.
final class PositionFile implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("(\\d{20}) ([0-9a-f]{8})\n");

    private final FileChannel file;

    private PositionFile(FileChannel file) {
        this.file = file;
    }

    static PositionFile open(Path path) throws IOException {
        var parent = path.toAbsolutePath().getParent();
        return new PositionFile(
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        Segments.ownerOnly(parent == null ? path : parent)));
    }

    /// What was written last; empty for nothing, zero for damage: rather repeat than lose.
    OptionalLong read() throws IOException {
        if (file.size() == 0) {
            return OptionalLong.empty();
        }
        var match = LINE.matcher(JournalFolder.text(file));
        return match.matches() && match.group(2).equals(sum(match.group(1)))
                ? OptionalLong.of(Long.parseLong(match.group(1)))
                : OptionalLong.of(0);
    }

    void write(long position) throws IOException {
        String digits = "%020d".formatted(position);
        JournalFolder.write(file, digits + " " + sum(digits) + "\n");
    }

    void force() throws IOException {
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static String sum(String digits) {
        var crc = new CRC32C();
        crc.update(digits.getBytes(StandardCharsets.US_ASCII));
        return "%08x".formatted(crc.getValue());
    }
}
