#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Inspection

    /// `tidewaiter audit collect`: makes a folder of evidence, to be judged elsewhere.
    struct AuditCollectCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "collect",
            abstract: "Collect what the checks read into a folder, to be judged elsewhere.",
            discussion: """
                Writes host.json (processes, listeners and what they answer, permissions, configurations, packet filter \
                rules) and cluster/ (lists of objects). Secrets are left out: values of Secrets, private keys, tokens and \
                passwords in arguments, environments and configurations. Read it before you hand it on all the same.

                Examples:
                  sudo tidewaiter audit collect evidence/
                  tidewaiter audit collect --no-host --kubeconfig ~/.kube/config evidence/
                  tidewaiter audit --evidence evidence/

                Exit status: 0 when the folder was written, 1 when not.
                """
        )

        @Argument(help: "The folder to make.", completion: .directory)
        var folder: String

        @OptionGroup(title: "Where") var source: EvidenceOptions

        func validate() throws {
            if source.evidence != nil { throw ValidationError("--evidence is what 'audit' judges; here one is made") }
        }

        func run() async throws {
            let step = StepLine()
            let evidence = try await source.gathered { step.show($0) }
            step.clear()
            do {
                let files = try EvidenceFolder(folder).write(evidence)
                let output = Output(.standardOutput)
                output.writeLine("\(files.count) \(files.count == 1 ? "file" : "files") in \(folder)")
                try output.close()
            } catch let failure as EvidenceFolder.Failure {
                throw CommandError(failure.description)
            }
        }
    }
#endif
