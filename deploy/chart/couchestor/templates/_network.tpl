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
