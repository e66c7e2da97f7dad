import Dialects
import Dispatch
import JSON
import Judge
import KubernetesGuard
import Synchronization

/// An admission review: it is answered with its own uid, in one JSON document that an API server takes, or it is told
/// where it is none.
enum AdmissionFuzzing {
    /// What asks the most of every part: all rules, images, deployers, and the Pod Security Standards in every mode.
    private static let policy = """
        refuse-at: low
        images: {digest: true, forbidden-tags: [latest]}
        deployers: {users: [bob]}
        podSecurity: {enforce: restricted, warn: restricted, audit: baseline:v1.20, workloads: refuse}
        namespaces: [{names: [shop-*], observe: true}]
        exempt: [{namespaces: [kube-system]}]
        """

    private static let judge: AdmissionJudge = {
        guard let policy = AdmissionPolicy.read(policy, file: "fuzz").policy, let bench = try? Judge.Bench(.builtIn)
        else {
            preconditionFailure("the policy or the rules cannot be read")
        }
        return AdmissionJudge(policy: policy, bench: bench, log: NoLog())
    }()

    static func run(_ bytes: UnsafeRawBufferPointer) {
        switch decide(Array(bytes)) {
        case .success(let decision): check(decision)
        case .failure(let error): precondition(!error.place.isEmpty && !error.message.isEmpty)
        }
    }

    private static func check(_ decision: AdmissionDecision) {
        let parser = JSONParser(maximumBytes: 64 << 20)
        let isAnswer = try? parser.withDocument(decision.json) { root in
            guard let response = root["response"] else { return false }
            let refuses = response["allowed"]?.bool == false
            return response["uid"]?.string == decision.uid && refuses != decision.isAllowed
                && refuses == (response["status"]?["message"]?.string?.isEmpty == false)
        }
        precondition(isAnswer == true, "no answer: \(decision.json)")
        precondition(!decision.json.utf8.contains(10))
        precondition(decision.warnings.reduce(0) { $0 + $1.unicodeScalars.count } <= 4_096)
        precondition(
            decision.warnings.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } }
        )
    }

    private static func decide(_ review: [UInt8]) -> Result<AdmissionDecision, MalformedReview> {
        let outcome = Outcome()
        let judge = judge
        // libFuzzer waits for each input, and gives the next one only then.
        let done = DispatchSemaphore(value: 0)
        Task {
            do throws(MalformedReview) {
                let decision = try await judge.decide(review)
                outcome.value.withLock { $0 = .success(decision) }
            } catch {
                outcome.value.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        guard let result = outcome.value.withLock({ $0 }) else { preconditionFailure("there is no outcome") }
        return result
    }

    private final class Outcome: Sendable {
        let value = Mutex<Result<AdmissionDecision, MalformedReview>?>(nil)
    }

    private struct NoLog: DecisionLog {
        func record(_ verdict: Verdict) async throws {}
        func post(_ verdict: Verdict) {}
    }
}
