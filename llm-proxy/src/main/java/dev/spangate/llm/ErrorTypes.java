package dev.spangate.llm;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `error.type` of what a provider calls its errors: its documented codes and HTTP statuses, so
/// that the attribute and the metrics that carry it have a bounded number of values whatever an
/// upstream invents.
///
/// Sources: the error pages of OpenAI (and `ResponseError.code` of its Responses API), Anthropic,
/// Google (`google.rpc.Code`), Amazon Bedrock, Azure OpenAI, Mistral and OpenRouter.
final class ErrorTypes {
    /// An error of the provider's that has no code we know.
    static final String OTHER = "provider_error";

    private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

    private static final Set<String> KNOWN =
            Set.of(
                    // OpenAI, and those that took its words over
                    "authentication_error",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "content_filter",
                    "content_policy_violation",
                    "context_length_exceeded",
                    "insufficient_quota",
                    "invalid_api_key",
                    "invalid_request_error",
                    "invalid_value",
                    "missing_required_parameter",
                    "model_not_found",
                    "not_found_error",
                    "permission_error",
                    "previous_response_not_found",
                    "quota_exceeded",
                    "rate_limit_error",
                    "rate_limit_exceeded",
                    "server_error",
                    "server_is_overloaded",
                    "service_unavailable",
                    "slow_down",
                    "string_above_max_length",
                    "tokens_exceeded",
                    "unknown_parameter",
                    "unsupported_country_region_territory",
                    "unsupported_parameter",
                    "unsupported_value",
                    // OpenAI Responses
                    "bio_policy",
                    "empty_image_file",
                    "failed_to_download_image",
                    "image_content_policy_violation",
                    "image_file_not_found",
                    "image_file_too_large",
                    "image_parse_error",
                    "image_too_large",
                    "image_too_small",
                    "invalid_base64_image",
                    "invalid_image",
                    "invalid_image_format",
                    "invalid_image_mode",
                    "invalid_image_url",
                    "invalid_prompt",
                    "unsupported_image_media_type",
                    "vector_store_timeout",
                    // Anthropic
                    "api_error",
                    "billing_error",
                    "overloaded_error",
                    "request_too_large",
                    "timeout_error",
                    // Google
                    "ABORTED",
                    "ALREADY_EXISTS",
                    "CANCELLED",
                    "DATA_LOSS",
                    "DEADLINE_EXCEEDED",
                    "FAILED_PRECONDITION",
                    "INTERNAL",
                    "INVALID_ARGUMENT",
                    "NOT_FOUND",
                    "OUT_OF_RANGE",
                    "PERMISSION_DENIED",
                    "RESOURCE_EXHAUSTED",
                    "UNAUTHENTICATED",
                    "UNAVAILABLE",
                    "UNIMPLEMENTED",
                    "UNKNOWN",
                    // Amazon Bedrock
                    "accessDeniedException",
                    "internalServerException",
                    "modelErrorException",
                    "modelNotReadyException",
                    "modelStreamErrorException",
                    "modelTimeoutException",
                    "resourceNotFoundException",
                    "serviceQuotaExceededException",
                    "serviceUnavailableException",
                    "throttlingException",
                    "validationException",
                    // Azure OpenAI
                    "DeploymentNotFound",
                    "InternalServerError",
                    "OperationNotSupported",
                    "ResponsibleAIPolicyViolation",
                    // ours
                    "cancelled",
                    "unreadable_answer",
                    OTHER);

    private ErrorTypes() {}

    /// The word as `error.type`; null where it is none that is documented.
    static @Nullable String known(String word) {
        if (KNOWN.contains(word) || STATUS.matcher(word).matches()) {
            return word;
        }
        if (word.endsWith("Exception")) { // Bedrock writes some of them either way
            var lower = Character.toLowerCase(word.charAt(0)) + word.substring(1);
            return KNOWN.contains(lower) ? lower : null;
        }
        return null;
    }
}
