#if Guard
    internal import ArgumentParser

    /// `tidewaiter audit`: are the mitigations in place, and what would put them there.
    struct AuditCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Check whether the mitigations against deployed containers are in place, and write the fixes.",
            discussion: """
                Checks what ATT&CK asks for against Deploy Container (T1610): M1035 limit access to the service, M1030 \
                segment the network, M1018 least privilege; and whether the data are there to detect it by. On this host, \
                in a cluster, or in a folder of evidence that was collected elsewhere. Sockets are asked what they say, as \
                flags may lie. Nothing is changed: fixes are written for people to read and apply.

                Examples:
                  tidewaiter audit
                  tidewaiter audit --kubeconfig ~/.kube/config --policy audit.yml
                  tidewaiter audit --fixes fixes/ --fail-on high
                  tidewaiter audit --format json > today.json
                  tidewaiter audit --baseline yesterday.json --fail-on medium
                  tidewaiter audit collect evidence/
                  tidewaiter audit --evidence evidence/ --format html > audit.html
                  tidewaiter audit who-can --kubeconfig ~/.kube/config
                  tidewaiter audit least-rights audit.log > roles.yaml

                A check passes, fails, warns (it is as it should be, but nothing holds it so), does not apply, or is unknown \
                where it could not be made: never a pass. A mitigation's score weighs checks by level (critical 10, high 5, \
                medium 2, low 1): what passes earns its weight, a warning half of it, what fails or is unknown nothing.

                Exit status: 0 when the audit was made, 1 for wrong usage or evidence that cannot be read, 3 when a check \
                at or above --fail-on fails (with --baseline: one that did not fail before).
                """,
            subcommands: [
                AuditRunCommand.self, AuditCollectCommand.self, AuditChecksCommand.self, AuditWhoCanCommand.self,
                AuditLeastRightsCommand.self,
            ],
            defaultSubcommand: AuditRunCommand.self
        )
    }
#endif
