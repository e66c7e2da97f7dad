extension Visibility {
    /// Whether a source of this visibility cannot show `field`, whatever the deployment was.
    public func hides(_ field: Field) -> Bool {
        switch self {
        // What a change leaves out is not hidden: it is not part of what was asked for.
        case .full, .changesOnly: false
        case .auditLevelMetadata, .bodyNotLogged, .logLevelInfo, .truncated: !Self.isOfRequest(field)
        case .eventsStream: !Self.isOfRequest(field) && !Self.isOfImage(field)
        }
    }

    /// What it is in words, for people: `the audit policy logs no bodies (level Metadata)`.
    public var explanation: String {
        switch self {
        case .full: "everything was shown"
        case .auditLevelMetadata: "the audit policy logs no bodies here (level Metadata)"
        case .bodyNotLogged: "the log holds no body for the request"
        case .logLevelInfo: "dockerd logs requests at level debug only"
        case .eventsStream: "Docker's events hold image, name and labels alone"
        case .changesOnly: "an update or patch shows only what it changes"
        case .truncated: "the record was cut or could not be read"
        }
    }

    /// Fields that the request line, or the envelope of an audit event, shows without a body.
    private static func isOfRequest(_ field: Field) -> Bool {
        switch field {
        case .timestamp, .eventID, .eventAction, .eventOutcome, .eventDataset, .eventReason, .eventOriginal,
            .logFilePath, .logOffset, .userName, .userGroups, .userEffectiveName, .userNamespace, .userAgent, .sourceIP,
            .tlsClientSubject, .hostName, .orchestratorType, .clusterName, .namespace, .resourceType, .resourceName,
            .resourceGroup, .containerID, .containerName, .containerRuntime, .httpMethod, .urlDomain, .urlPath,
            .urlQuery, .httpStatusCode, .route, .firstSeen, .visibility, .defects:
            true
        default: false
        }
    }

    private static func isOfImage(_ field: Field) -> Bool {
        switch field {
        case .imageName, .imageTag, .imageHashes, .imageRegistry, .imagePublisher, .imageResembles, .imageReference,
            .imagePinned, .containerLabels:
            true
        default: false
        }
    }
}
