package import JSON

extension Pod {
    /// Reads an item of a list of pods, which says nothing of its kind.
    ///
    /// - Throws: the first field of a wrong type.
    package init(listed item: JSONValue) throws(PodReadingError) {
        self = try NativeWorkload.pod(in: item, at: []) ?? Pod()
    }
}
