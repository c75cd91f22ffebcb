using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Mobility.Tests.Tidy;

/// <summary>
/// One assembly file, read and not loaded. A line is "assembly: type" or "assembly: type :: member", written the same
/// for the assembly that has it and for one that refers to it.
/// </summary>
internal sealed class StandInAssembly : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly string _name;

    public StandInAssembly(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
        _name = _reader.GetString(_reader.GetAssemblyDefinition().Name);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What other assemblies can see: public and protected. A delegate's members come with its type.</summary>
    public IEnumerable<string> Surface() =>
        _reader.TypeDefinitions.Where(IsVisible).SelectMany(type => Members(type).Prepend(Line(type)));

    /// <summary>The members that an implementation of the given interfaces cannot be without.</summary>
    public IEnumerable<string> Obligations(IReadOnlySet<string> interfaces) =>
        _reader
            .TypeDefinitions.Where(type => interfaces.Contains(Line(type)))
            .SelectMany(type => Methods(type, method => method.Attributes.HasFlag(MethodAttributes.Abstract)));

    /// <summary>The types and members of the given assemblies that this one refers to or overrides.</summary>
    public IEnumerable<string> References(IReadOnlySet<string> assemblies)
    {
        foreach (var handle in _reader.TypeReferences)
        {
            if (assemblies.Contains(Home(handle)))
            {
                yield return Line(handle);
            }
        }
        foreach (var member in _reader.MemberReferences.Select(_reader.GetMemberReference))
        {
            if (Named(member.Parent) is { } owner && assemblies.Contains(Home(owner)))
            {
                yield return $"{Line(owner)} :: {Signature(member)}";
            }
        }
        foreach (var type in _reader.TypeDefinitions.Select(_reader.GetTypeDefinition))
        {
            // The arguments of a generic base stand in its overrides' signatures, so those have no line of their own.
            if (
                type.BaseType.Kind == HandleKind.TypeReference
                && Named(type.BaseType) is { } parent
                && assemblies.Contains(Home(parent))
            )
            {
                foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition).Where(IsOverride))
                {
                    yield return $"{Line(parent)} :: {Signature(method)}";
                }
            }
        }
    }

    /// <summary>The interfaces of the given assemblies that types of this one implement.</summary>
    public IEnumerable<string> Implemented(IReadOnlySet<string> assemblies) =>
        from type in _reader.TypeDefinitions
        from implementation in _reader.GetTypeDefinition(type).GetInterfaceImplementations()
        let named = Named(_reader.GetInterfaceImplementation(implementation).Interface)
        where named is not null && assemblies.Contains(Home(named.Value))
        select Line(named.Value);

    private static bool IsOverride(MethodDefinition method) =>
        method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.NewSlot);

    private static bool IsVisible(MethodDefinition method) =>
        (method.Attributes & MethodAttributes.MemberAccessMask)
            is MethodAttributes.Public
                or MethodAttributes.Family
                or MethodAttributes.FamORAssem;

    private static bool IsVisible(FieldDefinition field) =>
        !field.Attributes.HasFlag(FieldAttributes.SpecialName)
        && (field.Attributes & FieldAttributes.FieldAccessMask)
            is FieldAttributes.Public
                or FieldAttributes.Family
                or FieldAttributes.FamORAssem;

    private bool IsVisible(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(
                type.GetDeclaringType()
            ),
            _ => false,
        };
    }

    private IEnumerable<string> Members(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (Named(type.BaseType) is { } parent && Line(parent).EndsWith(": System.MulticastDelegate", Ordinal))
        {
            return [];
        }
        var fields = type.GetFields().Select(_reader.GetFieldDefinition).Where(IsVisible).Select(Field);
        return Methods(handle, IsVisible).Concat(fields.Select(field => $"{Line(handle)} :: {field}"));
    }

    // An override adds nothing to the surface that its base has not.
    private IEnumerable<string> Methods(TypeDefinitionHandle type, Func<MethodDefinition, bool> wanted) =>
        _reader
            .GetTypeDefinition(type)
            .GetMethods()
            .Select(_reader.GetMethodDefinition)
            .Where(method => wanted(method) && !IsOverride(method))
            .Select(method => $"{Line(type)} :: {Signature(method)}");

    private string Field(FieldDefinition field)
    {
        var text = $"{field.DecodeSignature(StandInSignatures.Provider, null)} {_reader.GetString(field.Name)}";
        if (field.GetDefaultValue() is not { IsNil: false } value)
        {
            return text;
        }
        var constant = _reader.GetConstant(value);
        return $"{text} = {_reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode)}";
    }

    private string Signature(MethodDefinition method) =>
        StandInSignatures.Method(
            _reader.GetString(method.Name),
            method.DecodeSignature(StandInSignatures.Provider, null)
        );

    private string Signature(MemberReference member) =>
        member.GetKind() == MemberReferenceKind.Method
            ? StandInSignatures.Method(
                _reader.GetString(member.Name),
                member.DecodeMethodSignature(StandInSignatures.Provider, null)
            )
            : $"{member.DecodeFieldSignature(StandInSignatures.Provider, null)} {_reader.GetString(member.Name)}";

    private string Line(TypeDefinitionHandle type) =>
        $"{_name}: {StandInSignatures.Provider.GetTypeFromDefinition(_reader, type, 0)}";

    private string Line(TypeReferenceHandle type) =>
        $"{Home(type)}: {StandInSignatures.Provider.GetTypeFromReference(_reader, type, 0)}";

    private string Home(TypeReferenceHandle handle)
    {
        var scope = _reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => Home((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => _reader.GetString(
                _reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name
            ),
            _ => "",
        };
    }

    // The type itself, or the open type of a generic instance.
    private TypeReferenceHandle? Named(EntityHandle handle)
    {
        if (!handle.IsNil && handle.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)handle;
        }
        if (handle.IsNil || handle.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }
        var blob = _reader.GetBlobReader(_reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }
        blob.ReadSignatureTypeCode();
        var open = blob.ReadTypeHandle();
        return open.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)open : null;
    }
}
