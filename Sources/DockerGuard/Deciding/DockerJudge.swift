package import Judge
package import Relay

/// Decides on requests to a Docker Engine API: by the profile, the policy and the rules.
package final class DockerJudge: Sendable {
    /// Whether refusals take effect.
    package enum Mode: Sendable {
        case enforce
        /// Judges, records, and lets pass.
        case observe
    }

    /// - Parameters:
    ///   - bench: the rules, compiled.
    ///   - daemon: the daemon, asked about what requests refer to.
    ///   - files: the host's file system; bind mounts are refused where it cannot be asked.
    package init(
        policy: GuardPolicy,
        bench: Judge.Bench,
        daemon: any Upstream,
        files: any HostFiles,
        log: any DecisionLog,
        mode: Mode = .enforce,
        learner: PolicyLearner? = nil
    ) {}

    /// Puts another policy and other rules in force, both at once; requests being judged keep what they began with.
    package func replace(policy: GuardPolicy, bench: Judge.Bench) {}

    /// Decides on one request.
    ///
    /// Nothing is let through that cannot be read or judged for certain; every decision is recorded before it is returned.
    ///
    /// - Parameter body: the whole body, empty for none; nil where it was not shown.
    package func decide(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Decision {
        .refuse(Refusal(status: 403, message: "not yet"))
    }
}
