{{/* Values that cannot work fail the rendering with a sentence. */}}
{{- define "spangate.checks" -}}
{{- if and (gt (int (include "spangate.replicas" .)) 1) (not .Values.redis.url) }}
{{- fail "More than one replica needs redis.url: without a shared store a tool call that lands on another replica cannot be linked. Set redis.url or replicaCount: 1 without autoscaling." }}
{{- end }}
{{- if and (not .Values.journal.persistence) (not .Values.journal.ephemeral) }}
{{- fail "journal.persistence is false: spans not yet sent would be lost with the pod. Set journal.persistence: true, or journal.ephemeral: true to accept the loss." }}
{{- end }}
{{- if and .Values.journal.persistence .Values.journal.ephemeral }}
{{- fail "journal.persistence and journal.ephemeral exclude each other: choose one." }}
{{- end }}
{{- if and .Values.autoscaling.enabled (not (dig "requests" "cpu" "" .Values.resources)) }}
{{- fail "autoscaling.enabled needs resources.requests.cpu: the autoscaler computes use as a share of the request." }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.enabled needs ingress.host." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the Gateway that the route attaches to." }}
{{- end }}
{{- if and (not .Values.callers) (not .Values.allowAnonymous) }}
{{- fail "No callers: everybody in the cluster could use the gateway's provider keys. List callers, or set allowAnonymous: true." }}
{{- end }}
{{- if ge (int (trimSuffix "s" .Values.grace)) (int .Values.terminationGracePeriodSeconds) }}
{{- fail "grace must be shorter than terminationGracePeriodSeconds, or the journal is cut off while it is written out." }}
{{- end }}
{{- end }}
