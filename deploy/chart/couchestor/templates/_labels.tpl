{{- define "couchestor.selector" -}}
app.kubernetes.io/name: couchestor
app.kubernetes.io/component: operator
{{- end }}

{{- define "couchestor.labels" -}}
{{ include "couchestor.selector" . }}
{{ include "couchestor.instanceLabels" . }}
{{- end }}

{{- define "couchestor.releaseLabels" -}}
app.kubernetes.io/name: couchestor
app.kubernetes.io/component: release
{{ include "couchestor.instanceLabels" . }}
{{- end }}

{{- define "couchestor.instanceLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
