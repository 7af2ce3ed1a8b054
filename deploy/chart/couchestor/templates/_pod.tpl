{{- /* What the operator's pods and those of the release have in common. */ -}}
{{- define "couchestor.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65534
runAsGroup: 65534
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "couchestor.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "couchestor.image" -}}
{{- with .Values.image -}}
image: {{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
imagePullPolicy: {{ .pullPolicy }}
{{- end }}
{{- end }}

{{- /* Of a list of files. */ -}}
{{- define "couchestor.mounts" -}}
{{- range . }}
- name: {{ .name }}
  mountPath: /etc/couchestor/{{ .name }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "couchestor.volumes" -}}
{{- range . }}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
{{- end }}
{{- end }}
