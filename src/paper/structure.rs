//! 结构: the tree that says in which order a page is read, and what its pictures are.

use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat};

/// A node: something with marked content, or a group.
pub enum Node {
    /// A run of marked content on the page; pictures carry words in their place.
    Leaf {
        /// The standard structure type.
        tag: &'static str,
        /// Which marked content.
        mark: usize,
        /// What a picture shows, for those who cannot see it.
        alt: Option<&'static str>,
    },
    /// A node each file writes itself: the seal, a picture here and a signature there.
    Later {
        /// Which marked content, where it is a picture.
        mark: usize,
    },
    /// A group of nodes.
    Branch {
        /// The standard structure type.
        tag: &'static str,
        /// Its parts in reading order.
        parts: Vec<Node>,
    },
}

/// A leaf of text.
pub fn leaf(tag: &'static str, mark: usize) -> Node {
    Node::Leaf {
        tag,
        mark,
        alt: None,
    }
}

/// A picture with words in its place.
pub fn figure(mark: usize, alt: &'static str) -> Node {
    Node::Leaf {
        tag: "Figure",
        mark,
        alt: Some(alt),
    }
}

/// A list of labels with their values.
pub fn list(pairs: impl Iterator<Item = (usize, usize)>) -> Node {
    let parts = pairs
        .map(|(label, value)| Node::Branch {
            tag: "LI",
            parts: vec![leaf("Lbl", label), leaf("LBody", value)],
        })
        .collect();
    Node::Branch { tag: "L", parts }
}

/// A planted tree, and what each file adds to it.
pub struct Planted {
    /// Its root.
    pub root: u32,
    /// Kept free for the tree from marked content to nodes.
    pub parents: u32,
    /// The node of each marked content; zero where there is none.
    pub marks: Vec<u32>,
    /// Kept free for the node written later, the node above it, and its marked content.
    pub later: [u32; 2],
    /// The marked content of the node written later.
    pub later_mark: usize,
}

/// Adds the tree to a document. `page` holds all the marked content.
pub fn plant(document: &mut Document, page: ObjectId, marks: usize, nodes: Vec<Node>) -> Planted {
    let root = document.new_object_id();
    let tree = document.new_object_id();
    let mut planted = Planted {
        root: root.0,
        parents: tree.0,
        marks: vec![0; marks],
        later: [0; 2],
        later_mark: 0,
    };
    let whole = Node::Branch {
        tag: "Document",
        parts: nodes,
    };
    let top = grow(document, page, root, whole, &mut planted);
    document.objects.insert(
        root,
        Object::Dictionary(dictionary([
            ("Type", name("StructTreeRoot")),
            ("K", Object::Reference(top)),
            ("ParentTree", Object::Reference(tree)),
            ("ParentTreeNextKey", Object::Integer(2)),
        ])),
    );
    planted
}

fn grow(
    document: &mut Document,
    page: ObjectId,
    above: ObjectId,
    node: Node,
    planted: &mut Planted,
) -> ObjectId {
    let id = document.new_object_id();
    let mut element = dictionary([
        ("Type", name("StructElem")),
        ("P", Object::Reference(above)),
    ]);
    match node {
        Node::Leaf { tag, mark, alt } => {
            element.set("S", name(tag));
            element.set("Pg", Object::Reference(page));
            element.set("K", Object::Integer(i64::try_from(mark).unwrap_or(0)));
            if let Some(alt) = alt {
                element.set("Alt", words(alt));
            }
            planted.marks[mark] = id.0;
        }
        Node::Later { mark } => {
            planted.later = [id.0, above.0];
            planted.later_mark = mark;
            return id;
        }
        Node::Branch { tag, parts } => {
            element.set("S", name(tag));
            let kids = parts
                .into_iter()
                .map(|part| Object::Reference(grow(document, page, id, part, planted)));
            element.set("K", Object::Array(kids.collect()));
        }
    }
    document.objects.insert(id, Object::Dictionary(element));
    id
}

/// A dictionary from its entries.
pub fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}

/// A name.
pub fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

fn words(text: &str) -> Object {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    Object::String(
        units.flat_map(u16::to_be_bytes).collect(),
        StringFormat::Hexadecimal,
    )
}
