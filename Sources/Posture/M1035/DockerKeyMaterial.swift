internal import Sigma

extension Check {
    /// Whether the keys of Docker's TLS are where they should be, and good for long enough.
    static let dockerKeyMaterial = Check(
        id: "TW-M1035-009",
        title: "Key Material Of The Docker Endpoint",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "owner, permission bits and access control list of tlskey, tlscert and tlscacert, the files beside them, and what "
            + "the certificates say",
        passes:
            "root alone reads the key and writes the certificates, no authority's key is on the host, and all are good for 30 "
            + "days",
        remedy: "chmod 0400 the key; keep the authority's key on another machine; sign a new certificate in time",
        references: [
            "CIS Docker 3.9", "CIS Docker 3.10", "CIS Docker 3.11", "CIS Docker 3.12", "CIS Docker 3.13",
            "CIS Docker 3.14",
            "https://docs.docker.com/engine/security/protect-access/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                host.dockerDaemonsOrNext.results(of: "Docker daemons") { daemons in
                    let unread = daemons.compactMap { daemon -> CheckResult? in
                        guard case .unreadable(let reason) = daemon.settings else { return nil }
                        return CheckResult(
                            .unknown,
                            subject: daemon.words,
                            "what it is told could not be read: \(reason)"
                        )
                    }
                    let found = unread + host.dockerKeys.flatMap(host.judgeKeys)
                    return found.isEmpty ? [CheckResult(.notApplicable, subject: "", "Docker speaks no TLS")] : found
                }
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            var changes: [Fix.Change] = []
            var steps: [String] = []
            for keys in host.dockerKeys {
                for result in host.judgeKeys(keys) where result.outcome == .fail || result.outcome == .warn {
                    let path = result.subject
                    if KeyNames.isAuthoritysKey(path) {
                        steps.append("move \(path) to another machine: shred -u \(path) once it is there")
                    } else if let file = host.files[path],
                        !host.permissionProblems(of: file, isKey: path == keys.key).isEmpty
                    {
                        let mode: UInt16 = path == keys.key ? 0o400 : 0o444
                        changes.append(.permissions(path: path, mode: mode, owner: 0, group: 0))
                    } else {
                        steps.append("sign a new certificate for \(path), and systemctl restart docker")
                    }
                }
            }
            if !steps.isEmpty { changes.append(.steps(steps)) }
            return changes.isEmpty ? [] : [Fix("Keep Docker's keys to root, and its authority's elsewhere", changes)]
        }
    )
}

/// How people name the key of an authority.
enum KeyNames {
    static func isAuthoritysKey(_ path: String) -> Bool {
        let name = (path.split(separator: "/").last ?? "").lowercased()
        guard name.hasSuffix(".key") || name.hasSuffix("key.pem") || name.hasSuffix("key") else { return false }
        return ["ca-key.pem", "ca.key", "cakey.pem", "ca_key.pem", "ca-key", "rootca.key", "root-ca-key.pem"].contains(
            name
        )
            || name.hasPrefix("ca-") || name.hasPrefix("ca.") || name.hasPrefix("cakey")
            || name.hasSuffix("-ca-key.pem")
            || name.hasSuffix("-ca.key")
    }
}

extension HostEvidence {
    /// The keys of every dockerd that speaks TLS.
    fileprivate var dockerKeys: [DockerKeys] {
        var found: [DockerKeys] = []
        for daemon in dockerDaemonsOrNext.value ?? [] {
            guard let keys = dockerKeys(of: daemon) else { continue }
            if !found.contains(keys) { found.append(keys) }
        }
        return found
    }

    /// What is wrong with who may do what with a file.
    fileprivate func permissionProblems(of file: HostFile, isKey: Bool) -> [String] {
        var found = writers(of: file)
        let readers = FileAccess(file: file).entries(allowing: "r")
        if isKey, file.mode & 0o077 != 0, readers.isEmpty { found.append("others than its owner have permissions") }
        if isKey, !readers.isEmpty {
            found.append("its access control list lets others read it: \(readers.joined(separator: ", "))")
        }
        return found
    }

    fileprivate func judgeKeys(_ keys: DockerKeys) -> [CheckResult] {
        let own = [keys.key, keys.certificate, keys.authority]
        var found = own.map { path -> CheckResult in
            switch file(path) {
            case .absent: return CheckResult(.warn, subject: path, "dockerd is told of it, and it is not there")
            case .unreadable(let reason):
                return CheckResult(.unknown, subject: path, "it could not be looked at: \(reason)")
            case .known(let file):
                let problems = permissionProblems(of: file, isKey: path == keys.key)
                guard problems.isEmpty else {
                    let reason =
                        "\(problems.joined(separator: "; ")): who has it can be Docker's server, or its clients"
                    return CheckResult(.fail, subject: path, reason, evidence: [file.words])
                }
                return path == keys.key
                    ? CheckResult(.pass, subject: path, "root alone may read it", evidence: [file.words])
                    : judgeCertificates(of: file)
            }
        }
        let folders = Set([keys.key, keys.authority].map(HostFile.folder))
        for folder in folders.sorted() {
            if case .unreadable(let reason) = file(folder) {
                found.append(CheckResult(.unknown, subject: folder, "what is beside the keys is not known: \(reason)"))
            }
            for file in files(below: folder) where KeyNames.isAuthoritysKey(file.path) && file.path != keys.key {
                let reason = "an authority's key is on the host: who reads it makes itself a client of Docker's"
                found.append(CheckResult(.fail, subject: file.path, reason, evidence: [file.words]))
            }
        }
        return found
    }

    private func judgeCertificates(of file: HostFile) -> CheckResult {
        func result(_ outcome: CheckResult.Outcome, _ reason: String, _ facts: CertificateFacts? = nil) -> CheckResult {
            let line = facts.map { "\($0.subject), \($0.key)" }
            return CheckResult(outcome, subject: file.path, reason, evidence: [file.words] + (line.map { [$0] } ?? []))
        }
        guard let certificates = file.certificates, !certificates.isEmpty else {
            return result(.unknown, "what its certificates say is not known")
        }
        for facts in certificates {
            let days = (facts.notAfter - collectedAt) / 86_400
            if days < 0 { return result(.fail, "a certificate in it has ended", facts) }
            if facts.key.hasPrefix("RSA "), let bits = Int(facts.key.dropFirst(4)), bits < 2048 {
                return result(.fail, "a key of \(bits) bits can be broken", facts)
            }
            if days < 30 { return result(.warn, "a certificate in it ends in less than 30 days", facts) }
        }
        return result(
            .pass,
            "root alone may write it, and its certificates are good for 30 days and more",
            certificates.first
        )
    }
}
