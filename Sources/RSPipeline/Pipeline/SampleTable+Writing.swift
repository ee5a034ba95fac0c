extension SampleTable {
    /// Writes the table as a file, whole or not at all.
    ///
    /// - Parameter overwrite: whether a file that stands there is replaced.
    /// - Throws: ``RunError`` of kind `output`.
    public func write(to path: String, overwrite: Bool = false) throws(RunError) {
        try TextOutput.write([(path, text)], overwrite: overwrite)
    }
}
