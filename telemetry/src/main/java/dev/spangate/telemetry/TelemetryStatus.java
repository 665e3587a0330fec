package dev.spangate.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the journal and the destinations are doing.
///
/// @param journal its folder
/// @param bytesOnDisk size of the journal
/// @param bytesQueued memory held by records that wait for the disk
/// @param heldDrafts spans whose place is not final yet
/// @param releases spans with a final place that were recorded, those found at the start included
/// @param droppedFromQueue records dropped because the disk did not take them in time
/// @param droppedByCap spans dropped unsent by `max-bytes` or `max-age`, over all destinations
/// @param failures records that could not be stored for another reason
/// @param damaged damaged stretches that were skipped
/// @param diskError why the disk refuses records just now; null when it does not
/// @param destinations one each
public record TelemetryStatus(
        String journal,
        long bytesOnDisk,
        long bytesQueued,
        int heldDrafts,
        long releases,
        long droppedFromQueue,
        long droppedByCap,
        long failures,
        int damaged,
        @Nullable String diskError,
        List<DestinationStatus> destinations) {}
