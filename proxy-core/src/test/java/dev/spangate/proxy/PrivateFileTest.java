package dev.spangate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
    @TempDir Path folder;

    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        var file = folder.resolve("servers.json");

        PrivateFile.replace(file, new byte[] {1});

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatWasThereIsReplacedAndNothingElseIsLeft() throws IOException {
        var file = folder.resolve("servers.json");
        Files.writeString(file, "old and longer");
        Files.writeString(folder.resolve("servers.json.part"), "of a process that was killed");

        PrivateFile.replace(file, new byte[] {'n', 'e', 'w'});

        assertThat(file).hasContent("new");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFailureLeavesTheOldContent() throws IOException {
        var file = folder.resolve("taken");
        Files.createDirectories(file.resolve("inside"));

        assertThatThrownBy(() -> PrivateFile.replace(file, new byte[] {1}))
                .isInstanceOf(IOException.class);

        assertThat(file.resolve("inside")).isDirectory();
    }
}
