/// The kubelets of a host and of a cluster, as checks look at them.
extension Evidence {
    /// What a check finds in each kubelet.
    ///
    /// - Parameter judge: given its settings, and what it said to whom did not say who it is; such answers are of kubelets of
    ///   this host alone, each in its own network.
    func kubelets(_ judge: (KubeletSettings, [Probe]) -> CheckResult) -> [CheckResult] {
        results(of: .kubelet) { program in
            let kubelet = KubeletSettings(program, in: self)
            return judge(kubelet, answers(of: kubelet))
        }
    }

    /// The fixes for each kubelet of which a check finds that it fails.
    func kubeletFixes(
        failing judge: (KubeletSettings, [Probe]) -> CheckResult,
        _ fix: (KubeletSettings) -> Fix
    ) -> [Fix] {
        (programs(.kubelet).value ?? []).map { KubeletSettings($0, in: self) }
            .filter { judge($0, answers(of: $0)).outcome == .fail }.map(fix)
    }

    private func answers(of kubelet: KubeletSettings) -> [Probe] {
        guard kubelet.program.process != nil else { return [] }
        let port = kubelet.value(.port).flatMap { Int($0.value) } ?? 10250
        return anonymousProbes(of: kubelet.program, ports: [port], scheme: .https).filter { $0.path.hasPrefix("/pods") }
    }
}

extension KubeletSettings {
    /// Judges a setting by its value.
    func judge(_ setting: Setting, _ reason: String) -> CheckResult {
        guard let (value, _) = value(setting) else {
            return CheckResult(.unknown, subject: program.subject, problem ?? "its configuration could not be read")
        }
        if setting.isGood(value) {
            return CheckResult(.pass, subject: program.subject, "it is set as it should be", evidence: [words(setting)])
        }
        return CheckResult(.fail, subject: program.subject, reason, evidence: [words(setting)])
    }
}
