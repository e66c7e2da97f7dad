extension WatchConfiguration {
    /// A configuration that shows every kind of source and output, for people to take what they need from.
    package static let example = """
        # What `tidewaiter watch` follows, how it judges, what it remembers and whom it tells.
        # Check it with: tidewaiter watch --check --config FILE
        # ${NAME} and ${NAME:-otherwise} are looked up in the environment.

        # Where findings, deployments and the place in every source are kept.
        ledger:
          path: /var/lib/tidewaiter/ledger.sqlite
          keep: 90d            # open findings of level high or above stay longer
          size: 10GiB          # the oldest entries go first

        # Sigma rules beside the built-in ones, and exceptions (Sigma filters).
        # rules: [/etc/tidewaiter/rules]
        # exceptions: [/etc/tidewaiter/exceptions]
        built-in-rules: true
        lateness: 60s          # how much later than another an earlier record may come and still be correlated
        join-within: 10m       # records of several sources that speak of one container are joined within that time
        learn: 7d              # principals, registries and images seen for the first time are only learned so long

        # Numbers for Prometheus.
        metrics: tcp://127.0.0.1:9464

        # The web console, for whoever may log in on this machine (from elsewhere through ssh -L).
        console: tcp://127.0.0.1:7610

        sources:
          # Docker's events, with what each new container is (group docker, or root).
          - name: docker
            docker-events:
              engine: unix:///var/run/docker.sock
              existing: false  # whether containers that are there at the first start are judged
          # dockerd's own log, which has requests in full when the daemon runs with "debug": true.
          - name: dockerd
            journal:
              units: [docker.service]
              format: docker-log
          # The API server's audit log; rotation is followed.
          - name: audit
            files:
              paths: [/var/log/kubernetes/audit/audit.log]
              format: kubernetes-audit
              from: end        # or beginning; files that appear later are always read from their beginning
          # The same as a webhook of the API server (--audit-webhook-config-file).
          # - kubernetes-audit-webhook:
          #     listen: tcp://0.0.0.0:8444
          #     tls: {certificate: /etc/tidewaiter/tls.crt, key: /etc/tidewaiter/tls.key, authority: /etc/tidewaiter/clients.crt}
          # For clusters whose audit log cannot be had: pods and workloads, by list and watch.
          # - kubernetes-watch:
          #     kubeconfig: /etc/tidewaiter/kubeconfig   # otherwise the cluster that this runs in
          #     resources: [pods, deployments, daemonsets, statefulsets, jobs, cronjobs]
          # Pods that a node's kubelet starts by itself.
          - static-pods:
              folder: /etc/kubernetes/manifests
          # Access logs of sidecars, and the logs of dashboards, of a node's containers.
          - container-logs:
              without-namespaces: [kube-system]
          # A proxy before a Docker API, a dashboard or a cluster.
          - name: proxy
            files:
              paths: [/var/log/nginx/access.log]
              format: access-log
              # access-log-format: 'nginx:$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
          # What others send by syslog.
          # - syslog:
          #     listen: [unix:///run/tidewaiter/syslog.sock]
          #     format: access-log
          # What Tidewaiter's guards decided.
          - decisions:
              paths: [/var/log/tidewaiter/decisions.jsonl]

        outputs:
          - terminal: {}
            level: medium
          - file: {path: /var/log/tidewaiter/findings.jsonl, size: 100MiB, keep: 5}
          # - slack: {url-file: /etc/tidewaiter/slack-url}
          #   level: high
          #   group-within: 10m
          # - webhook: {url: https://alerts.example.com/tidewaiter, secret-file: /etc/tidewaiter/webhook-key}
          # - elasticsearch: {url: https://search.example.com:9200, index: logs-tidewaiter-default, token-file: /etc/tidewaiter/es-key}
          # - otlp: {url: http://127.0.0.1:4318}
          # - syslog: {address: tls://syslog.example.com:6514}
          # - kubernetes-events: {}

        """
}
