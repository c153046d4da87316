//! Facts as typed values.

use super::intern::{LabelsId, Name, PeerId, PortsId, SelectorId};
use crate::kinds::{Object, ObjectFact, Selectable, Variant};

/// Source of a fact: enough to render the object again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectOrigin {
    /// The unit.
    pub unit: u32,
    /// The environment.
    pub environment: u16,
    /// The step.
    pub step: u16,
}

/// A fact about one object.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// Source.
    pub origin: ObjectOrigin,
    /// JSON pointer of the field; empty for an object that aksgen does not render.
    pub at: Name,
    /// Namespace in which it holds.
    pub namespace: Name,
    /// The statement.
    pub statement: Statement,
}

impl Fact {
    /// Kind and name of the object, if the fact is that it exists.
    pub fn object(&self) -> Option<&Object<Name>> {
        self.of()
    }

    /// The statement, if it is of this type.
    pub(in crate::verify) fn of<S: Stated>(&self) -> Option<&S> {
        S::of(&self.statement)
    }
}

/// Statement of a fact.
#[derive(Debug, Clone, Copy)]
pub enum Statement {
    /// Texts of a record's fields.
    ObjectFact(ObjectFact<Name>),
    /// Labels that selectors can find.
    Carries(Carries),
    /// A label selector.
    Selects(Selects),
    /// A port that selected objects must have.
    SelectsPort(SelectsPort),
    /// A network policy isolates pods.
    Isolates(Isolates),
    /// A network policy allows connections.
    Allows(Allows),
}

/// Labels that selectors can find.
#[derive(Debug, Clone, Copy)]
pub struct Carries {
    /// Object that carries them.
    pub what: Selectable,
    /// The labels.
    pub labels: LabelsId,
}

/// A label selector.
#[derive(Debug, Clone, Copy)]
pub struct Selects {
    /// Selected objects.
    pub what: Selectable,
    /// The selector.
    pub selector: SelectorId,
}

/// A port that selected objects must have.
#[derive(Debug, Clone, Copy)]
pub struct SelectsPort {
    /// Selected objects.
    pub what: Selectable,
    /// The selector.
    pub selector: SelectorId,
    /// Name or number of the port.
    pub port: Name,
}

/// Direction of connections, seen from the isolated pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Incoming.
    In,
    /// Outgoing.
    Out,
}

/// A network policy isolates pods.
#[derive(Debug, Clone, Copy)]
pub struct Isolates {
    /// Direction.
    pub direction: Direction,
    /// Selector of the pods.
    pub selector: SelectorId,
}

/// A network policy allows connections.
#[derive(Debug, Clone, Copy)]
pub struct Allows {
    /// Direction.
    pub direction: Direction,
    /// Selector of the pods.
    pub selector: SelectorId,
    /// The other end.
    pub peer: PeerId,
    /// Ports; an empty list for all.
    pub ports: PortsId,
}

/// A type of statements.
pub(in crate::verify) trait Stated: Sized {
    /// Number of the type.
    const INDEX: usize;

    /// The value, if the statement is of this type.
    fn of(statement: &Statement) -> Option<&Self>;
}

impl<V: Variant<Name>> Stated for V {
    const INDEX: usize = V::INDEX;

    fn of(statement: &Statement) -> Option<&Self> {
        if let Statement::ObjectFact(relation) = statement { V::of(relation) } else { None }
    }
}

macro_rules! stated {
    ($($name:ident $number:literal)+) => {
        $(impl Stated for $name {
            const INDEX: usize = ObjectFact::<Name>::COUNT + $number;

            fn of(statement: &Statement) -> Option<&Self> {
                if let Statement::$name(value) = statement { Some(value) } else { None }
            }
        }

        impl From<$name> for Statement {
            fn from(value: $name) -> Statement {
                Statement::$name(value)
            }
        })+

        impl Statement {
            /// Number of types.
            pub(in crate::verify) const COUNT: usize = ObjectFact::<Name>::COUNT + [$($number),+].len();

            /// Number of the type.
            pub(in crate::verify) fn index(&self) -> usize {
                match self {
                    Statement::ObjectFact(relation) => relation.index(),
                    $(Statement::$name(_) => <$name as Stated>::INDEX,)+
                }
            }
        }
    };
}

stated! { Carries 0 Selects 1 SelectsPort 2 Isolates 3 Allows 4 }
