/// By what a synthetic product is recognised: its metadata says so in these words.
enum SyntheticOrigin {
    static let text = "Synthetic scene by rsproc synth; not an observation"
}
