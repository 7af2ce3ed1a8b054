{{- /* Where every pod of the chart has to get through. */ -}}
{{- define "couchestor.egress" -}}
# Names are looked up.
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
# The API server is outside the pods' network, where no selector finds it.
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - port: {{ . }}
    {{- end }}
{{- end }}

{{- /* Where the collector is: the port of the endpoint, else that of its scheme. */ -}}
{{- define "couchestor.tracingPort" -}}
{{- $url := urlParse .Values.tracing.endpoint }}
{{- $written := regexFind ":[0-9]*$" $url.host | trimPrefix ":" }}
{{- $port := $written | default (eq $url.scheme "https" | ternary "443" "80") | int }}
{{- if or (lt $port 1) (gt $port 65535) }}
{{- fail (printf "tracing.endpoint: there is no port %s: give one from 1 to 65535" $written) }}
{{- end }}
{{- $port }}
{{- end }}
