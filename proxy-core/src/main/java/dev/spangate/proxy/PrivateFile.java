package dev.spangate.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A file that only its owner reads (mode 0600) and that is replaced as a whole.
public final class PrivateFile {
    private PrivateFile() {}

    /// Writes the bytes beside the file, then puts them in its place: a reader sees the old content
    /// or the new. For one writer of a file at a time.
    ///
    /// @throws IOException nothing was replaced
    public static void replace(Path path, byte[] content) throws IOException {
        var part = path.resolveSibling(path.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(
                part,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(part, content);
        Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
    }
}
