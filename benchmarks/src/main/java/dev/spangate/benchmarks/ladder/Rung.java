package dev.spangate.benchmarks.ladder;

import java.util.List;
import java.util.Map;

/// One line of the report: what was measured, per target, in the order of the columns.
///
/// @param work what the requests were
/// @param figures by target name, cells in the order of the columns
record Rung(String work, Map<String, List<String>> figures) {}
