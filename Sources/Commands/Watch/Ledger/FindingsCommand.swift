#if Watch
    internal import ArgumentParser

    /// `tidewaiter findings`: what watching has found, and what became of it.
    struct FindingsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "findings",
            abstract: "List what watching has found, and say what became of it.",
            discussion: """
                Examples:
                  tidewaiter findings --since 24h --level high
                  tidewaiter findings --state open --where 'user.name=system:* and container.image.name~nginx'
                  tidewaiter findings --where 'deployment.replicas>10 and not orchestrator.namespace=kube-system'
                  tidewaiter findings show 3fa91c02
                  tidewaiter findings ack 3fa91c02 --note 'asked the owner'
                  tidewaiter findings resend --output slack
                  tidewaiter findings --format json --limit 0 > findings.ndjson

                An id may be shortened to as much of its beginning as no other has.

                Exit status: 0 when all went well, 1 for wrong usage or a ledger that cannot be read.
                """,
            subcommands: [
                FindingsList.self, FindingsShow.self, FindingsAcknowledge.self, FindingsClose.self, FindingsReopen.self,
                FindingsResend.self,
            ],
            defaultSubcommand: FindingsList.self
        )
    }
#endif
