import Deployments
import Foundation

/// A second, plain reading of audit events, by dictionaries.
enum CorpusOracle {
    typealias Object = [String: Any]

    static func line(_ record: ContainerDeployment) -> String {
        let paths = record.host.mounts.map { "\($0.source.path)\($0.isReadOnly ? ":ro" : "")" }.sorted()
        return [
            record.event.action.rawValue, record.event.outcome.rawValue, record.actor.userName ?? "-",
            record.placement.namespace ?? "-", record.container.name ?? "-", record.container.imageText ?? "-",
            "privileged=\(record.security.privileged ?? false)", "paths=\(paths.joined(separator: ","))",
            "args=\(record.process.args.joined(separator: " "))",
        ].joined(separator: " ")
    }

    static func lines(_ event: Object) -> [String] {
        let reference = event["objectRef"] as? Object ?? [:]
        let resource = reference["resource"] as? String ?? ""
        let sub = reference["subresource"] as? String ?? ""
        let verb = event["verb"] as? String ?? ""
        let user = (event["user"] as? Object)?["username"] as? String ?? "-"
        let code = (event["responseStatus"] as? Object)?["code"] as? Int ?? 0
        let namespace = reference["namespace"] as? String ?? "-"
        func head(_ action: String) -> String { "\(action) \(code < 400 ? "success" : "failure") \(user) \(namespace)" }
        let target = URLComponents(string: event["requestURI"] as? String ?? "")
        let query = target?.percentEncodedQueryItems ?? []
        func values(_ name: String) -> [String] {
            query.filter { $0.name == name }.map {
                ($0.value ?? "").replacing("+", with: " ").removingPercentEncoding ?? ""
            }
        }
        switch (resource, sub) {
        case ("pods", "exec"), ("pods", "attach"):
            let name = values("container").first ?? "-"
            return [
                "\(head("pod-\(sub)")) \(name) - privileged=false paths= args=\(values("command").joined(separator: " "))"
            ]
        case ("pods", "binding"): return ["\(head("pod-bind")) - - privileged=false paths= args="]
        case ("nodes", "proxy"):
            guard let path = target?.path.split(separator: "/").map(String.init), path.count > 8, path[5] == "run"
            else {
                return []
            }
            let run = "pod-exec \(code < 400 ? "success" : "failure") \(user) \(path[6])"
            return ["\(run) \(path[8]) - privileged=false paths= args=\(values("cmd").joined(separator: " "))"]
        case ("services", "proxy"):
            guard verb == "create", target?.path.hasSuffix("/appdeployment") == true else { return [] }
            return ["\(head("workload-create")) - - privileged=false paths= args="]
        case (_, ""), ("pods", "ephemeralcontainers"): break
        default: return []
        }
        guard ["create", "update", "patch"].contains(verb) else { return [] }
        let isCreate = verb == "create" || code == 201
        let isPod = resource == "pods"
        let action = (isPod ? "pod-" : "workload-") + (isCreate && sub == "" ? "create" : "update")
        let workloads = [
            "pods", "deployments", "daemonsets", "statefulsets", "replicasets", "replicationcontrollers", "jobs",
            "cronjobs", "podtemplates",
        ]
        guard let request = event["requestObject"] else {
            return workloads.contains(resource) ? ["\(head(action)) - - privileged=false paths= args="] : []
        }
        let isReplaced = verb == "create"
        var object = request
        if isReplaced, let response = event["responseObject"] as? Object {
            // What a webhook put beside it.
            let asked = Set(containers(request, volumes: [:]).map(\.name))
            let given = containers(response, volumes: [:])
            if !asked.isEmpty, given.contains(where: { !asked.contains($0.name) }) {
                return (containers(request, volumes: [:]) + given.filter { !asked.contains($0.name) }).map {
                    "\(head(action)) \($0.text)"
                }
            }
        }
        var names: Set<String>?
        if !isReplaced, let response = event["responseObject"] as? Object {
            // What a patch names, with all that it is afterwards.
            let asked = containers(request, volumes: [:])
            if asked.isEmpty, !"\(request)".contains("ontainers") { return [] }
            names = Set(asked.map(\.name))
            object = response
        }
        return containers(object, volumes: [:]).filter { names?.contains($0.name) ?? true }.map {
            "\(head(action)) \($0.text)"
        }
    }

    private struct Container {
        var name: String
        var text: String
    }

    private static func containers(_ value: Any, volumes: [String: Object]) -> [Container] {
        if let list = value as? [Any] { return list.flatMap { containers($0, volumes: volumes) } }
        guard let object = value as? Object else { return [] }
        var volumes = volumes
        for case let volume as Object in object["volumes"] as? [Any] ?? [] {
            volumes[volume["name"] as? String ?? ""] = volume
        }
        var found: [Container] = []
        for (key, member) in object where !["status", "metadata", "volumes"].contains(key) {
            if ["containers", "initContainers", "ephemeralContainers", "steps", "sidecars"].contains(key),
                let list = member as? [Object], list.allSatisfy({ $0["image"] != nil || $0["name"] != nil }),
                key != "steps" || list.allSatisfy({ $0["image"] != nil })
            {
                found += list.map { container($0, volumes) }
            } else {
                found += containers(member, volumes: volumes)
            }
        }
        if object["image"] is String, object["imagePullPolicy"] == nil || object["terminationMessagePath"] == nil {
            found.append(container(object, volumes))
        }
        return found
    }

    private static func container(_ object: Object, _ volumes: [String: Object]) -> Container {
        let name = object["name"] as? String ?? "-"
        let paths = (object["volumeMounts"] as? [Object] ?? []).compactMap { mount -> String? in
            guard let volume = volumes[mount["name"] as? String ?? ""],
                let path = (volume["hostPath"] as? Object)?["path"] as? String
            else { return nil }
            return HostPath(path).path + (mount["readOnly"] as? Bool == true ? ":ro" : "")
        }
        let security = object["securityContext"] as? Object
        let windows = (security?["windowsOptions"] as? Object)?["hostProcess"] as? Bool ?? false
        let privileged = security?["privileged"] as? Bool ?? windows
        let script = (object["script"] as? String).map { ["sh", "-c", $0] } ?? []
        let args =
            (object["command"] as? [String] ?? []) + script + (object["args"] as? [String] ?? [])
            + [object["source"] as? String].compactMap { $0 }
        return Container(
            name: name,
            text: "\(name) \(object["image"] as? String ?? "-") privileged=\(privileged) "
                + "paths=\(paths.sorted().joined(separator: ",")) args=\(args.joined(separator: " "))"
        )
    }
}
