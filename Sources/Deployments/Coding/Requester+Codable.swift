extension ContainerDeployment.Actor: Codable {
    private enum CodingKeys: String, CodingKey {
        case userName, groups, effectiveName, userAgent, sourceIP, tlsClientSubject
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        userName = try values.decodeIfPresent(String.self, forKey: .userName)
        groups = try values.list(of: String.self, forKey: .groups)
        effectiveName = try values.decodeIfPresent(String.self, forKey: .effectiveName)
        userAgent = try values.decodeIfPresent(String.self, forKey: .userAgent)
        sourceIP = try values.decodeIfPresent(String.self, forKey: .sourceIP)
        tlsClientSubject = try values.decodeIfPresent(String.self, forKey: .tlsClientSubject)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(userName, forKey: .userName)
        try values.encode(groups, unless: [], forKey: .groups)
        try values.encodeIfPresent(effectiveName, forKey: .effectiveName)
        try values.encodeIfPresent(userAgent, forKey: .userAgent)
        try values.encodeIfPresent(sourceIP, forKey: .sourceIP)
        try values.encodeIfPresent(tlsClientSubject, forKey: .tlsClientSubject)
    }
}

extension ContainerDeployment.HTTPRequest: Codable {
    private enum CodingKeys: String, CodingKey {
        case method, host, path, query, statusCode
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        method = try values.decodeIfPresent(String.self, forKey: .method)
        host = try values.decodeIfPresent(String.self, forKey: .host)
        path = try values.decodeIfPresent(String.self, forKey: .path)
        query = try values.decodeIfPresent(String.self, forKey: .query)
        statusCode = try values.decodeIfPresent(Int.self, forKey: .statusCode)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(method, forKey: .method)
        try values.encodeIfPresent(host, forKey: .host)
        try values.encodeIfPresent(path, forKey: .path)
        try values.encodeIfPresent(query, forKey: .query)
        try values.encodeIfPresent(statusCode, forKey: .statusCode)
    }
}

extension ContainerDeployment.Placement: Codable {
    private enum CodingKeys: String, CodingKey {
        case hostName, orchestratorType, clusterName, namespace, resourceType, resourceName, resourceGroup, parentType
        case parentName, nodeName, nodeSelector, tolerations, replicas, restartPolicy, schedule
    }

    /// - Throws: `DecodingError` for a value of another type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        hostName = try values.decodeIfPresent(String.self, forKey: .hostName)
        orchestratorType = try values.decodeIfPresent(String.self, forKey: .orchestratorType)
        clusterName = try values.decodeIfPresent(String.self, forKey: .clusterName)
        namespace = try values.decodeIfPresent(String.self, forKey: .namespace)
        resourceType = try values.decodeIfPresent(String.self, forKey: .resourceType)
        resourceName = try values.decodeIfPresent(String.self, forKey: .resourceName)
        resourceGroup = try values.decodeIfPresent(String.self, forKey: .resourceGroup)
        parentType = try values.decodeIfPresent(String.self, forKey: .parentType)
        parentName = try values.decodeIfPresent(String.self, forKey: .parentName)
        nodeName = try values.decodeIfPresent(String.self, forKey: .nodeName)
        nodeSelector = try values.list(of: String.self, forKey: .nodeSelector)
        tolerations = try values.list(of: String.self, forKey: .tolerations)
        replicas = try values.decodeIfPresent(Int.self, forKey: .replicas)
        restartPolicy = try values.decodeIfPresent(String.self, forKey: .restartPolicy)
        schedule = try values.decodeIfPresent(String.self, forKey: .schedule)
    }

    /// Writes what is known; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(hostName, forKey: .hostName)
        try values.encodeIfPresent(orchestratorType, forKey: .orchestratorType)
        try values.encodeIfPresent(clusterName, forKey: .clusterName)
        try values.encodeIfPresent(namespace, forKey: .namespace)
        try values.encodeIfPresent(resourceType, forKey: .resourceType)
        try values.encodeIfPresent(resourceName, forKey: .resourceName)
        try values.encodeIfPresent(resourceGroup, forKey: .resourceGroup)
        try values.encodeIfPresent(parentType, forKey: .parentType)
        try values.encodeIfPresent(parentName, forKey: .parentName)
        try values.encodeIfPresent(nodeName, forKey: .nodeName)
        try values.encode(nodeSelector, unless: [], forKey: .nodeSelector)
        try values.encode(tolerations, unless: [], forKey: .tolerations)
        try values.encodeIfPresent(replicas, forKey: .replicas)
        try values.encodeIfPresent(restartPolicy, forKey: .restartPolicy)
        try values.encodeIfPresent(schedule, forKey: .schedule)
    }
}
