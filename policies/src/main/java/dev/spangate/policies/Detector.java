package dev.spangate.policies;

import java.util.List;

/// Finds one family of things in a text.
sealed interface Detector permits PatternDetector, PhoneDetector, PrivateKeyDetector {
    /// No match of this detector is longer than this many characters: how much a stream holds back.
    int MAX_MATCH = 512;

    /// Findings in any order; they may overlap.
    List<Finding> find(String text);
}
