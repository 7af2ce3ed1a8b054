{{- /* The files that the operator reads beside its token: each a key of a Secret, and a flag. */ -}}
{{- define "couchestor.files" -}}
{{- $files := list
  (dict "name" "mayastor-ca" "secret" .Values.mayastor.caSecret "key" "ca.crt" "flag" "mayastor-ca-file")
  (dict "name" "mayastor-token" "secret" .Values.mayastor.tokenSecret "key" "token" "flag" "mayastor-token-file")
  (dict "name" "prometheus-ca" "secret" .Values.prometheus.caSecret "key" "ca.crt" "flag" "prometheus-ca-file")
  (dict "name" "prometheus-token" "secret" .Values.prometheus.tokenSecret "key" "token" "flag" "prometheus-token-file")
  (dict "name" "client-certificate" "secret" .Values.clientCertificateSecret "key" "tls.crt" "flag" "client-certificate-file")
-}}
{{- $given := list -}}
{{- range $files }}{{ if .secret }}{{ $given = append $given . }}{{ end }}{{ end -}}
{{ toJson (dict "given" $given) }}
{{- end }}

{{- define "couchestor.memoryMebibytes" -}}
{{- $memory := .Values.resources.limits.memory -}}
{{- if hasSuffix "Gi" $memory }}{{ mul 1024 (trimSuffix "Gi" $memory | int) }}{{ else }}{{ trimSuffix "Mi" $memory | int }}{{ end }}
{{- end }}
