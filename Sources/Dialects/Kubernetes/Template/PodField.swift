internal import Deployments
internal import JSON

/// The fields of a pod that hold for each of its containers.
enum PodField {
    case hostPID, hostIPC, hostUsers, hostNetwork
    case nodeName, affinity, nodeSelector, tolerations, restartPolicy
    case serviceAccount, serviceAccountName, automountToken, securityContext, runtimeClassName
    /// Tekton says of its pods in a template that stands beside the steps.
    case template
    /// Argo's patch of the pod, as text.
    case podSpecPatch

    init?(_ key: JSONText) {
        switch key.count {
        case 7 where key == "hostPID": self = .hostPID
        case 7 where key == "hostIPC": self = .hostIPC
        case 8 where key == "nodeName": self = .nodeName
        case 8 where key == "affinity": self = .affinity
        case 9 where key == "hostUsers": self = .hostUsers
        case 11 where key == "hostNetwork": self = .hostNetwork
        case 11 where key == "tolerations": self = .tolerations
        case 11 where key == "podTemplate", 15 where key == "taskRunTemplate": self = .template
        case 12 where key == "podSpecPatch": self = .podSpecPatch
        case 12 where key == "nodeSelector": self = .nodeSelector
        case 13 where key == "restartPolicy": self = .restartPolicy
        case 14 where key == "serviceAccount": self = .serviceAccount
        case 15 where key == "securityContext": self = .securityContext
        case 16 where key == "runtimeClassName": self = .runtimeClassName
        case 18 where key == "serviceAccountName": self = .serviceAccountName
        case 28 where key == "automountServiceAccountToken": self = .automountToken
        default: return nil
        }
    }
}

/// A record that the containers of one object begin with; shared, since copying one costs more than reading most fields.
final class SharedRecord {
    var record: ContainerDeployment

    init(_ record: ContainerDeployment) {
        self.record = record
    }
}
