package dev.spangate.demo;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// What the command line asks for.
///
/// @param otlp a backend that gets the spans, too
/// @param langfuse so does Langfuse, with the keys of the environment
/// @param port of the gateway's traffic, 0 for a free one
record DemoOptions(@Nullable URI otlp, boolean langfuse, int port) {}
